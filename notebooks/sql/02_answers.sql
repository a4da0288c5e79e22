-- Shows the newest answer of each scene, to compare with the same query on the tables of the night before.
SELECT tenant, scene_id, run_id, verdict, psnr, ssim, model_bytes, train_seconds, cost_usd, result_uri
FROM metrics_latest
ORDER BY scene_id
