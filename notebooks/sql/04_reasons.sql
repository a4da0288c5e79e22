-- Lists the scenes that failed in the newest run, with the reason and what to do. result_uri is of the newest model that the scene has.
SELECT f.scene_id, f.verdict, f.who_fixes, f.verdict_detail, l.result_uri
FROM (
  SELECT tenant, scene_id, max_by(verdict, attempt) AS verdict, max_by(who_fixes, attempt) AS who_fixes,
    max_by(verdict_detail, attempt) AS verdict_detail
  FROM scene_runs
  WHERE run_id = (SELECT max_by(run_id, started_at) FROM runs)
  GROUP BY tenant, scene_id) f
LEFT JOIN metrics_latest l ON l.tenant = f.tenant AND l.scene_id = f.scene_id
WHERE f.verdict NOT IN ('OK', 'DEGRADED')
ORDER BY f.who_fixes, f.scene_id
