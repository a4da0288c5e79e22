package org.splatline.pipeline.table;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;

import java.time.Instant;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.splatline.gpu.config.ConfigException;
import org.splatline.gpu.config.EditDistance;

/**
 * The rows of runs and attempts that had ended when a run began. Rows are only added, so these are
 * the earlier tables, however long ago that was.
 *
 * @param began when the run's first invocation began
 * @param sceneRuns all rows of {@code scene_runs}
 */
record RowsBefore(Instant began, Dataset<Row> sceneRuns) {
  private static final String[] ATTEMPT = Tables.SCENE_RUNS.key().toArray(String[]::new);

  /**
   * Throws {@link ConfigException} if there is no such run.
   *
   * @param runs all rows of {@code runs}
   */
  static RowsBefore of(Dataset<Row> runs, Dataset<Row> sceneRuns, String runId) {
    Row began = runs.where(col("run_id").equalTo(runId)).agg(min("started_at")).first();
    if (began.isNullAt(0)) {
      throw unknown(runs, runId);
    }
    return new RowsBefore(began.getInstant(0), sceneRuns);
  }

  private static ConfigException unknown(Dataset<Row> runs, String runId) {
    List<String> known =
        runs.select("run_id").distinct().orderBy("run_id").as(Encoders.STRING()).collectAsList();
    return new ConfigException(
        "Cannot find run %s: %s"
            .formatted(
                runId,
                known.isEmpty()
                    ? "table runs is empty"
                    : "table runs doesn't have it. Nearest: "
                        + EditDistance.nearest(runId, known)));
  }

  /**
   * The earlier rows of a table.
   *
   * @param rows all rows of any table but {@code scenes}, whose rows change
   */
  Dataset<Row> of(Dataset<Row> rows) {
    return List.of(rows.columns()).contains("ended_at")
        ? ended(rows)
        : rows.join(ended(sceneRuns).select("run_id", "scene_id", "attempt"), ATTEMPT, "left_semi");
  }

  private Dataset<Row> ended(Dataset<Row> rows) {
    return rows.where(col("ended_at").leq(lit(began)));
  }
}
