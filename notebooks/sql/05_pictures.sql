-- Lists the scenes whose newest answer has the smallest share of photographs with a camera.
SELECT l.scene_id, l.psnr, l.result_uri, a.images_registered, a.images_readable,
  a.images_registered / nullif(CAST(a.images_readable AS DOUBLE), 0.0D) AS registered_share
FROM metrics_latest l JOIN sfm_attempts a
  ON a.tenant = l.tenant AND a.scene_id = l.scene_id AND a.run_id = l.run_id AND a.attempt = l.attempt
WHERE a.chosen
ORDER BY registered_share, l.scene_id
LIMIT 5
