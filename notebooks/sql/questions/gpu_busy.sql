-- How busy were the GPUs while runs held them?
SELECT run_id, min(started_at) AS started_at, sum(gpu_held_seconds) / 3600 AS gpu_hours_held,
  sum(gpu_busy_seconds) / nullif(sum(gpu_held_seconds), 0.0D) AS busy_share
FROM runs
WHERE gpu_held_seconds IS NOT NULL
GROUP BY run_id
ORDER BY started_at DESC
