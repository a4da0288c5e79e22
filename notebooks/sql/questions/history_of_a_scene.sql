-- What happened to one scene in all runs? Name it with --param scene=NAME.
SELECT run_id, attempt, started_at, verdict, quality_word, psnr, gaussians, model_bytes, cost_usd, config_hash
FROM scene_runs
WHERE scene_id = :scene
ORDER BY started_at, attempt
