-- Training curves of the newest run.
SELECT c.scene_id, c.step, c.phase, c.seconds, c.train_psnr, c.gaussians, c.steps_per_second
FROM training_curve c JOIN (SELECT max_by(run_id, started_at) AS run_id FROM runs) newest
  ON newest.run_id = c.run_id
ORDER BY c.scene_id, c.step
