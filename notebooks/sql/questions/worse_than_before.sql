-- Which scenes got worse since the run before?
SELECT scene_id, run_id, previous_run_id, psnr, psnr_change, bytes_ratio, seconds_ratio
FROM metrics_latest
WHERE run_id = (SELECT max_by(run_id, started_at) FROM runs)
  AND (psnr_change <= -0.5 OR bytes_ratio >= 1.2 OR seconds_ratio >= 1.5)
ORDER BY psnr_change, scene_id
