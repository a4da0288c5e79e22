-- Shows the newest answer of each scene: quality, size, time.
SELECT scene_id, run_id, profile, psnr, ssim, gaussians, model_bytes, train_seconds
FROM metrics_latest
ORDER BY psnr NULLS LAST, scene_id
