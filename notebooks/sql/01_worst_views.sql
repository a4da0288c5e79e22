-- Lists the twenty worst held-out views among the newest answers of all scenes.
SELECT v.scene_id, v.view, v.psnr, v.ssim
FROM view_metrics v JOIN metrics_latest l
  ON l.scene_id = v.scene_id AND l.run_id = v.run_id AND l.attempt = v.attempt
ORDER BY v.psnr, v.scene_id, v.view
LIMIT 20
