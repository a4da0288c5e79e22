package org.splatline.pipeline.table;

import static org.apache.spark.sql.functions.col;

import io.delta.exceptions.DeltaConcurrentModificationException;
import io.delta.tables.DeltaTable;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Updates table {@code scenes} with one run's scenes from {@code scene_runs}, by the query
 * notebooks/sql/tables/scenes.sql. Each row is computed from the whole history of its scene. So the
 * result is the same if this is done twice, late, or after another driver did it.
 */
final class ScenesMerge {
  private static final Logger LOG = LoggerFactory.getLogger(ScenesMerge.class);
  private static final int TRIES = 20;
  private static final String[] SCENE = {"tenant", "scene_id"};

  /** Rows of {@code scene_runs} of version 2 don't have these: then the scene keeps its values. */
  private static final Set<String> OF_PHOTOGRAPHS =
      Set.of("bytes", "latitude_south", "latitude_north", "longitude_west", "longitude_east");

  private final SparkSession spark;
  private final Tables tables;

  ScenesMerge(SparkSession spark, Tables tables) {
    this.spark = spark.newSession(); // for the view below, which must not replace a user's
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
    Dataset<Row> all = new Tables(spark, tables.uri()).rows(Tables.SCENE_RUNS);
    Dataset<Row> scenes = all.where(col("run_id").equalTo(runId)).select("tenant", "scene_id");
    all.join(scenes, SCENE, "left_semi").createOrReplaceTempView("scene_runs");
    DeltaTable.forPath(spark, tables.uri(Tables.SCENES))
        .as("old")
        .merge(
            spark.sql(SqlText.ofTable("scenes")).as("new"),
            "coalesce(old.tenant, '') = new.tenant AND old.scene_id = new.scene_id")
        .whenMatched()
        .updateExpr(changes())
        .whenNotMatched()
        .insertAll()
        .execute();
  }

  private static Map<String, String> changes() {
    Map<String, String> changes = new TreeMap<>();
    for (Column<SceneRow> column : Tables.SCENES.columns()) {
      String name = column.name();
      changes.put(
          name,
          OF_PHOTOGRAPHS.contains(name)
              ? "CASE WHEN new.bytes IS NULL THEN old.%1$s ELSE new.%1$s END".formatted(name)
              : "new." + name);
    }
    return changes;
  }
}
