-- Shows what each run held, how much of it was busy, and what it cost. All invocations of a run count together.
WITH invocations AS (
  SELECT run_id, min(started_at) AS started_at, sum(seconds) AS seconds, max_by(scenes_ok, attempt) AS scenes_ok,
    sum(gpu_held_seconds) AS gpu_held_seconds, sum(gpu_busy_seconds) AS gpu_busy_seconds
  FROM runs
  GROUP BY run_id),
costs AS (
  SELECT run_id, sum(cpu_cost_usd) AS cpu_cost_usd, sum(gpu_cost_usd) AS gpu_cost_usd
  FROM scene_runs
  GROUP BY run_id)
SELECT r.run_id, r.started_at, r.seconds, r.scenes_ok,
  3600 * r.scenes_ok / r.seconds AS scenes_per_hour,
  r.gpu_busy_seconds / nullif(r.gpu_held_seconds, 0.0D) AS gpu_busy_share,
  c.cpu_cost_usd, c.gpu_cost_usd
FROM invocations r LEFT JOIN costs c ON c.run_id = r.run_id
WHERE r.seconds > 0
ORDER BY r.started_at, r.run_id
