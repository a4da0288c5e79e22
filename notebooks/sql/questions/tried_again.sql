-- Which scenes were tried again, and did it help?
SELECT run_id, scene_id, count(*) AS attempts, min_by(verdict, attempt) AS first_verdict,
  max_by(verdict, attempt) AS last_verdict, sum(resumes) AS resumes, sum(cost_usd) AS cost_usd
FROM scene_runs
GROUP BY run_id, tenant, scene_id
HAVING count(*) > 1
ORDER BY attempts DESC, run_id DESC, scene_id
