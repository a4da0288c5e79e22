-- Which models are the biggest?
SELECT scene_id, model_bytes / 1e6 AS megabytes, gaussians, psnr, profile
FROM metrics_latest
WHERE model_bytes IS NOT NULL
ORDER BY model_bytes DESC, scene_id
LIMIT 10
