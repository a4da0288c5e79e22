-- Shows the newest answers of the newest run, to look at.
SELECT l.scene_id, l.psnr, l.gaussians, l.result_uri
FROM metrics_latest l JOIN (SELECT max_by(run_id, started_at) AS run_id FROM runs) r ON r.run_id = l.run_id
ORDER BY l.scene_id
