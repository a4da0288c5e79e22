-- Shows which camera costs most: the mean cost of a trained scene per camera. A scene's camera is the one that most of its photographs name.
SELECT coalesce(camera, 'unknown') AS camera, count(*) AS scenes,
  avg(cost_usd) AS cost_usd, avg(cpu_seconds) AS cpu_seconds, avg(gpu_seconds) AS gpu_seconds
FROM scene_runs
WHERE steps IS NOT NULL
GROUP BY coalesce(camera, 'unknown')
ORDER BY cost_usd DESC, camera
