-- Each scene's newest answer, to be set beside the same query's answer of the night before.
SELECT scene_id, run_id, verdict, psnr, ssim, model_bytes, train_seconds, cost_usd
FROM metrics_latest
ORDER BY scene_id
