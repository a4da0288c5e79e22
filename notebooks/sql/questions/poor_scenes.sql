-- Which models are poor, and what would help?
SELECT scene_id, psnr, ssim, gaussians, quality_detail AS what_would_help
FROM metrics_latest
WHERE quality_word = 'poor'
ORDER BY psnr NULLS FIRST, scene_id
