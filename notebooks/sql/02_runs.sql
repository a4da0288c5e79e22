-- Lists the runs, newest first.
SELECT run_id, min(started_at) AS started_at, max(scenes) AS scenes
FROM runs
GROUP BY run_id
ORDER BY started_at DESC
