-- Shows the best models, by the newest answer of each scene. DuckDB understands this query too.
SELECT scene_id, max_by(psnr, ended_at) AS psnr, max_by(result_uri, ended_at) AS result_uri
FROM scene_runs
WHERE published AND psnr IS NOT NULL
GROUP BY tenant, scene_id
ORDER BY psnr DESC, scene_id
LIMIT 5
