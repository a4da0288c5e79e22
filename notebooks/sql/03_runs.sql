-- What each run held, how much of it was busy, and what it cost.
SELECT r.run_id, r.started_at, r.seconds, r.scenes_ok,
  3600 * r.scenes_ok / r.seconds AS scenes_per_hour,
  r.gpu_busy_seconds / nullif(r.gpu_held_seconds, 0.0D) AS gpu_busy_share,
  s.cpu_cost_usd, s.gpu_cost_usd
FROM runs r LEFT JOIN (
  SELECT run_id, sum(cpu_cost_usd) AS cpu_cost_usd, sum(gpu_cost_usd) AS gpu_cost_usd
  FROM scene_runs GROUP BY run_id) s ON s.run_id = r.run_id
WHERE r.seconds > 0
ORDER BY r.started_at
