-- Shows the newest answer of each scene: quality, size, time, and where its files are.
SELECT scene_id, run_id, profile, quality_word, psnr, ssim, gaussians, model_bytes, train_seconds, quality_detail, result_uri
FROM metrics_latest
ORDER BY psnr NULLS LAST, scene_id
