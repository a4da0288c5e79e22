-- Counts the rows of each table.
SELECT 'runs' AS table_name, count(*) AS n FROM runs
UNION ALL SELECT 'scenes', count(*) FROM scenes
UNION ALL SELECT 'scene_runs', count(*) FROM scene_runs
UNION ALL SELECT 'sfm_attempts', count(*) FROM sfm_attempts
UNION ALL SELECT 'images', count(*) FROM images
UNION ALL SELECT 'training_curve', count(*) FROM training_curve
UNION ALL SELECT 'view_metrics', count(*) FROM view_metrics
UNION ALL SELECT 'models', count(*) FROM models
ORDER BY 1
