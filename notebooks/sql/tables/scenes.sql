-- Computes the table scenes from scene_runs: what is known of each scene over all runs.
SELECT
  tenant,
  scene_id,
  max_by(source_uri, ended_at) AS source_uri,
  max_by(fingerprint, ended_at) FILTER (WHERE fingerprint IS NOT NULL) AS fingerprint,
  max_by(images_used, ended_at) FILTER (WHERE fingerprint IS NOT NULL) AS images_used,
  max_by(images_bytes, ended_at) FILTER (WHERE images_bytes IS NOT NULL) AS bytes,
  max_by(camera, ended_at) FILTER (WHERE fingerprint IS NOT NULL) AS camera,
  max_by(latitude_south, ended_at) FILTER (WHERE images_bytes IS NOT NULL) AS latitude_south,
  max_by(latitude_north, ended_at) FILTER (WHERE images_bytes IS NOT NULL) AS latitude_north,
  max_by(longitude_west, ended_at) FILTER (WHERE images_bytes IS NOT NULL) AS longitude_west,
  max_by(longitude_east, ended_at) FILTER (WHERE images_bytes IS NOT NULL) AS longitude_east,
  min_by(run_id, started_at) AS first_run_id,
  min(started_at) AS first_seen_at,
  max_by(run_id, ended_at) AS last_run_id,
  max(ended_at) AS last_seen_at,
  max_by(verdict, ended_at) AS last_verdict,
  max_by(run_id, ended_at) FILTER (WHERE verdict IN ('OK', 'DEGRADED')) AS last_done_run_id,
  max(ended_at) FILTER (WHERE verdict IN ('OK', 'DEGRADED')) AS last_done_at,
  max_by(quality_word, ended_at) FILTER (WHERE verdict IN ('OK', 'DEGRADED')) AS last_quality_word,
  CAST(count(DISTINCT run_id) AS INT) AS runs
FROM scene_runs
GROUP BY tenant, scene_id
