-- Shows how often each further attempt of COLMAP (rung) was tried, and how often it was chosen.
SELECT rung, mapping, count(*) AS tried, sum(CASE WHEN chosen THEN 1 ELSE 0 END) AS chosen,
  avg(matching_seconds + mapping_seconds) AS seconds
FROM sfm_attempts
GROUP BY rung, mapping
ORDER BY rung, mapping
