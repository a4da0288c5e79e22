-- Counts the files that were not used, per reason.
SELECT status, count(*) AS files, count(DISTINCT scene_id) AS scenes
FROM images
WHERE status <> 'USED'
GROUP BY status
ORDER BY files DESC, status
