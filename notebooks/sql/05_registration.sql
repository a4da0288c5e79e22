-- Shows how many photographs of each scene got a camera, with the way of matching that was chosen.
SELECT scene_id, run_id, CASE WHEN matcher = '' THEN 'as before' ELSE matcher END AS matcher, mapping, models,
  images_registered, images_readable,
  images_registered / nullif(CAST(images_readable AS DOUBLE), 0.0D) AS registered_share,
  reprojection_error_px, track_length,
  extraction_seconds + matching_seconds + mapping_seconds AS seconds
FROM sfm_attempts
WHERE chosen
ORDER BY registered_share, scene_id, run_id
