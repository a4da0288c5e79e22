-- Lists the scenes whose newest answer cost most.
SELECT scene_id, run_id, cost_usd, train_seconds, psnr, model_bytes, result_uri
FROM metrics_latest
WHERE cost_usd IS NOT NULL
ORDER BY cost_usd DESC, scene_id
LIMIT 5
