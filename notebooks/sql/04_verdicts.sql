-- Counts attempts per verdict, with who can fix them and what they held before they ended.
SELECT verdict, who_fixes, count(*) AS attempts, count(DISTINCT scene_id) AS scenes,
  sum(gpu_seconds) / 3600 AS gpu_hours, sum(cpu_seconds) / 3600 AS core_hours, sum(cost_usd) AS cost_usd
FROM scene_runs
GROUP BY verdict, who_fixes
ORDER BY attempts DESC, verdict
