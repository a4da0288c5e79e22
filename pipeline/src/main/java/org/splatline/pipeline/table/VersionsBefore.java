package org.splatline.pipeline.table;

import static org.apache.spark.sql.functions.col;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.splatline.gpu.config.ConfigException;
import org.splatline.gpu.config.EditDistance;

/** The tables' versions at a run's start, from table {@code runs}. */
record VersionsBefore(Dataset<Row> runs) {
  private static final String COLUMN = "table_versions";

  Map<String, Long> of(String runId) {
    List<Row> attempts = runs.where(col("run_id").equalTo(runId)).orderBy("attempt").takeAsList(1);
    if (attempts.isEmpty()) {
      throw unknown(runId);
    }
    Row first = attempts.get(0);
    if (!Arrays.asList(runs.columns()).contains(COLUMN)
        || first.isNullAt(first.fieldIndex(COLUMN))) {
      throw new ConfigException(
          "Cannot show the tables before run %s: its row in runs has no %s, because an earlier Splatline made it"
              .formatted(runId, COLUMN));
    }
    return first.getJavaMap(first.fieldIndex(COLUMN));
  }

  private ConfigException unknown(String runId) {
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
}
