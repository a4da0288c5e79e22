-- Shows the training curves of the newest run, for the last attempt of each scene.
WITH newest AS (
  SELECT c.run_id, c.scene_id, max(c.attempt) AS attempt
  FROM training_curve c JOIN (SELECT max_by(run_id, started_at) AS run_id FROM runs) r ON r.run_id = c.run_id
  GROUP BY c.run_id, c.scene_id)
SELECT c.scene_id, c.step, c.phase, c.seconds, c.train_psnr, c.gaussians, c.steps_per_second
FROM training_curve c JOIN newest n
  ON n.run_id = c.run_id AND n.scene_id = c.scene_id AND n.attempt = c.attempt
ORDER BY c.scene_id, c.step
