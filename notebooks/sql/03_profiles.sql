-- Compares profiles: quality, size, time and cost of published answers.
SELECT profile, count(*) AS scenes, avg(psnr) AS psnr, avg(model_bytes) AS model_bytes,
  avg(train_seconds) AS train_seconds, avg(cost_usd) AS cost_usd
FROM scene_runs
WHERE published AND steps IS NOT NULL
GROUP BY profile
ORDER BY psnr DESC, profile
