-- Lists the scenes that failed in the newest run, with the reason and what to do.
SELECT s.scene_id, s.verdict, s.who_fixes, s.verdict_detail
FROM scene_runs s JOIN (SELECT max_by(run_id, started_at) AS run_id FROM runs) newest
  ON newest.run_id = s.run_id
WHERE s.verdict NOT IN ('OK', 'DEGRADED')
ORDER BY s.who_fixes, s.scene_id
