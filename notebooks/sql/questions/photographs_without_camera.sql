-- Which photographs got no camera? COLMAP could not place them, or put them into another model.
SELECT i.scene_id, i.image, i.blurred, i.sharpness, i.duplicate_of, i.model
FROM images i JOIN metrics_latest l
  ON l.tenant = i.tenant AND l.scene_id = i.scene_id AND l.run_id = i.run_id AND l.attempt = i.attempt
JOIN scene_runs s
  ON s.scene_id = i.scene_id AND s.run_id = i.run_id AND s.attempt = i.attempt
WHERE s.images_registered IS NOT NULL AND i.status = 'USED' AND coalesce(i.model, -1) <> 0
ORDER BY i.scene_id, i.image
