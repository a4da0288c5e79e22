-- Has one row per scene: its newest answer, and the change from the answer before it.
-- An answer is the highest published attempt of a run, with verdict OK or DEGRADED. Units: model_bytes in bytes, psnr_change in dB; ratios are new / old, of the seconds without queues.
WITH attempts AS (
  SELECT *, row_number() OVER (PARTITION BY run_id, scene_id ORDER BY attempt DESC) AS newest
  FROM scene_runs
  WHERE published
),
sizes AS (
  SELECT run_id, scene_id, attempt, sum(bytes) AS model_bytes
  FROM models
  GROUP BY run_id, scene_id, attempt
),
answers AS (
  SELECT
    a.tenant, a.scene_id, a.run_id, a.attempt, a.verdict, a.profile, a.config_hash, a.ended_at,
    a.psnr, a.ssim, a.lpips, a.gaussians, coalesce(a.model_bytes, s.model_bytes) AS model_bytes,
    a.train_seconds, a.attempt_seconds, a.cost_usd, a.quality_word, a.quality_detail, a.result_uri,
    a.attempt_seconds - coalesce(a.queue_seconds, 0.0E0) AS work_seconds
  FROM attempts a
  LEFT JOIN sizes s
    ON s.run_id = a.run_id AND s.scene_id = a.scene_id AND s.attempt = a.attempt
  WHERE a.newest = 1 AND a.verdict IN ('OK', 'DEGRADED')
),
ordered AS (
  SELECT
    *,
    row_number() OVER (PARTITION BY tenant, scene_id ORDER BY ended_at DESC, run_id DESC) AS age,
    lead(run_id) OVER (PARTITION BY tenant, scene_id ORDER BY ended_at DESC, run_id DESC)
      AS previous_run_id,
    lead(psnr) OVER (PARTITION BY tenant, scene_id ORDER BY ended_at DESC, run_id DESC)
      AS previous_psnr,
    lead(ssim) OVER (PARTITION BY tenant, scene_id ORDER BY ended_at DESC, run_id DESC)
      AS previous_ssim,
    lead(model_bytes) OVER (PARTITION BY tenant, scene_id ORDER BY ended_at DESC, run_id DESC)
      AS previous_bytes,
    lead(work_seconds) OVER (PARTITION BY tenant, scene_id ORDER BY ended_at DESC, run_id DESC)
      AS previous_seconds
  FROM answers
)
SELECT
  tenant, scene_id, run_id, attempt, verdict, profile, config_hash, ended_at,
  psnr, ssim, lpips, gaussians, model_bytes, train_seconds, attempt_seconds, cost_usd,
  quality_word, quality_detail, result_uri,
  previous_run_id,
  psnr - previous_psnr AS psnr_change,
  ssim - previous_ssim AS ssim_change,
  CAST(model_bytes AS DOUBLE) / nullif(CAST(previous_bytes AS DOUBLE), 0.0E0) AS bytes_ratio,
  work_seconds / nullif(previous_seconds, 0.0E0) AS seconds_ratio
FROM ordered
WHERE age = 1
