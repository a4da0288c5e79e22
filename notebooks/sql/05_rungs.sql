-- What each further way of asking COLMAP brought.
SELECT rung, mapping, count(*) AS tried, sum(CASE WHEN chosen THEN 1 ELSE 0 END) AS chosen,
  avg(matching_seconds + mapping_seconds) AS seconds
FROM sfm_attempts
GROUP BY rung, mapping
ORDER BY rung, mapping
