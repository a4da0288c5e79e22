package org.splatline.pipeline.table;

import io.delta.exceptions.DeltaConcurrentModificationException;
import io.delta.tables.DeltaTable;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.verdict.Verdict;

/**
 * Updates table {@code scenes} with one run's scenes from the other tables. Each row is computed
 * from the whole history of its scene. So the result is the same if this is done twice, late, or
 * after another driver did it.
 */
final class ScenesMerge {
  private static final Logger LOG = LoggerFactory.getLogger(ScenesMerge.class);
  private static final int TRIES = 20;

  private static final String SOURCE =
      """
      WITH history AS (
        SELECT scene_id,
          max_by(source_uri, ended_at) AS source_uri,
          max_by(fingerprint, ended_at) FILTER (WHERE fingerprint IS NOT NULL) AS fingerprint,
          max_by(images_used, ended_at) FILTER (WHERE fingerprint IS NOT NULL) AS images_used,
          max_by(camera, ended_at) FILTER (WHERE fingerprint IS NOT NULL) AS camera,
          max_by(run_id, ended_at) FILTER (WHERE fingerprint IS NOT NULL) AS ingested_run,
          max_by(attempt, ended_at) FILTER (WHERE fingerprint IS NOT NULL) AS ingested_attempt,
          min_by(run_id, started_at) AS first_run_id,
          min(started_at) AS first_seen_at,
          max_by(run_id, ended_at) AS last_run_id,
          max(ended_at) AS last_seen_at,
          max_by(verdict, ended_at) AS last_verdict,
          max_by(run_id, ended_at) FILTER (WHERE verdict IN (%3$s)) AS last_done_run_id,
          max(ended_at) FILTER (WHERE verdict IN (%3$s)) AS last_done_at,
          CAST(count(DISTINCT run_id) AS INT) AS runs
        FROM delta.`%1$s`
        WHERE scene_id IN (SELECT scene_id FROM delta.`%1$s` WHERE run_id = :run)
        GROUP BY scene_id),
      photographs AS (
        SELECT run_id, scene_id, attempt,
          sum(bytes) AS bytes,
          min(latitude) AS latitude_south,
          max(latitude) AS latitude_north,
          min(longitude) AS longitude_west,
          max(longitude) AS longitude_east
        FROM delta.`%2$s`
        WHERE scene_id IN (SELECT scene_id FROM history)
        GROUP BY run_id, scene_id, attempt)
      SELECT history.scene_id, source_uri, fingerprint, images_used, bytes, camera,
        latitude_south, latitude_north, longitude_west, longitude_east,
        first_run_id, first_seen_at, last_run_id, last_seen_at, last_verdict,
        last_done_run_id, last_done_at, runs
      FROM history LEFT JOIN photographs
        ON photographs.scene_id = history.scene_id
        AND photographs.run_id = ingested_run
        AND photographs.attempt = ingested_attempt
      """;

  private static final String DONE =
      Arrays.stream(Verdict.values())
          .filter(Verdict::isDone)
          .map(verdict -> "'" + verdict + "'")
          .collect(Collectors.joining(", "));

  private final SparkSession spark;
  private final Tables tables;

  ScenesMerge(SparkSession spark, Tables tables) {
    this.spark = spark;
    this.tables = tables;
  }

  /** If another driver changes the same file at the same time, Delta says so: then retries. */
  void run(String runId) {
    for (int tries = 1; ; tries++) {
      try {
        merge(runId);
        return;
      } catch (DeltaConcurrentModificationException e) {
        if (tries == TRIES) {
          throw e;
        }
        LOG.info("another driver has changed table scenes, retrying the merge");
      }
    }
  }

  private void merge(String runId) {
    Dataset<Row> source =
        spark.sql(
            SOURCE.formatted(tables.uri(Tables.SCENE_RUNS), tables.uri(Tables.IMAGES), DONE),
            Map.of("run", runId));
    DeltaTable.forPath(spark, tables.uri(Tables.SCENES))
        .as("old")
        .merge(source.as("new"), "old.scene_id = new.scene_id")
        .whenMatched()
        .updateAll()
        .whenNotMatched()
        .insertAll()
        .execute();
  }
}
