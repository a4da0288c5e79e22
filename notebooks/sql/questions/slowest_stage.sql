-- Which stage took longest, scene by scene?
SELECT scene_id, longest.stage, longest.seconds, attempt_seconds
FROM (
  SELECT scene_id, attempt_seconds, array_max(array(
    named_struct('seconds', coalesce(ingest_seconds, 0.0D), 'stage', 'ingest'),
    named_struct('seconds', coalesce(sfm_seconds, 0.0D), 'stage', 'sfm'),
    named_struct('seconds', coalesce(train_stage_seconds, 0.0D), 'stage', 'train'),
    named_struct('seconds', coalesce(queue_seconds, 0.0D), 'stage', 'queue'))) AS longest
  FROM scene_runs
  WHERE published AND run_id = (SELECT max_by(run_id, started_at) FROM runs))
ORDER BY seconds DESC, scene_id
