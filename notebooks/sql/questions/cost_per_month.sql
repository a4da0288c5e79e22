-- What does a finished scene cost, by month? Failed attempts count in the cost.
SELECT date_format(ended_at, 'yyyy-MM') AS month,
  count(CASE WHEN published AND verdict IN ('OK', 'DEGRADED') THEN 1 END) AS scenes_done,
  sum(cost_usd) AS cost_usd,
  sum(cost_usd) / nullif(count(CASE WHEN published AND verdict IN ('OK', 'DEGRADED') THEN 1 END), 0) AS usd_per_scene,
  sum(CASE WHEN cost_usd IS NULL THEN 1 ELSE 0 END) AS attempts_without_cost
FROM scene_runs
GROUP BY date_format(ended_at, 'yyyy-MM')
ORDER BY month DESC
