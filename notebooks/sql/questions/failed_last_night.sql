-- Which scenes failed last night, and why?
SELECT scene_id, max_by(verdict, attempt) AS verdict, max_by(who_fixes, attempt) AS who_fixes,
  max_by(verdict_detail, attempt) AS why
FROM scene_runs
WHERE run_id = (SELECT max_by(run_id, started_at) FROM runs)
GROUP BY tenant, scene_id
HAVING max_by(verdict, attempt) NOT IN ('OK', 'DEGRADED')
ORDER BY who_fixes, scene_id
