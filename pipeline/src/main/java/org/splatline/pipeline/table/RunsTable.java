package org.splatline.pipeline.table;

import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.apache.spark.sql.types.DataTypes.TimestampType;
import static org.splatline.pipeline.table.Column.always;

import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;

/** Table {@code runs}. */
public final class RunsTable extends Table<RunRow> {
  RunsTable() {
    super(
        "runs",
        "One row an invocation of a run that did something; the highest attempt is current",
        List.of("run_id", "attempt"),
        List.of(
            Column.runId(RunRow::runId),
            Column.attempt(RunRow::attempt),
            always("profile", StringType, "The configuration's profile", RunRow::profile),
            always(
                "config_hash",
                StringType,
                "sha256 of the effective configuration without places and credentials",
                RunRow::configHash),
            always(
                "config_json",
                StringType,
                "The effective configuration without credentials",
                RunRow::configJson),
            always("input_path", StringType, "Where the scenes were", RunRow::inputPath),
            always("store_path", StringType, "Where artefacts and results are", RunRow::storePath),
            always(
                "splatline_version", StringType, "Splatline's version", RunRow::splatlineVersion),
            always("spark_version", StringType, "Spark's version", RunRow::sparkVersion),
            always(
                "colmap_version",
                StringType,
                "COLMAP's version, none where it is missing",
                RunRow::colmapVersion),
            always("started_at", TimestampType, "Start, UTC", RunRow::startedAt),
            always("ended_at", TimestampType, "End, UTC", RunRow::endedAt),
            Column.<RunRow>always("seconds", DoubleType, "From start to end, s", RunRow::seconds)
                .atLeast(0),
            Column.<RunRow>always("scenes", IntegerType, "Scenes of the batch", RunRow::scenes)
                .atLeast(0),
            Column.<RunRow>always(
                    "scenes_ok", IntegerType, "Scenes with verdict OK", RunRow::scenesOk)
                .atLeast(0),
            Column.<RunRow>always(
                    "scenes_not_done",
                    IntegerType,
                    "Scenes with another verdict, or none yet",
                    RunRow::scenesNotDone)
                .atLeast(0),
            Column.<RunRow>always(
                    "exit_code", IntegerType, "The command's exit code", RunRow::exitCode)
                .between(0, 3),
            Column.<RunRow>maybe(
                    "stopped_because",
                    StringType,
                    "Why it ended early, one sentence; null: it didn't",
                    RunRow::stoppedBecause)
                .since(2),
            Column.<RunRow>maybe(
                    "gpu_held_seconds",
                    DoubleType,
                    "GPUs held by all executors, GPU seconds; null: none held one",
                    RunRow::gpuHeldSeconds)
                .atLeast(0)
                .since(2),
            Column.<RunRow>maybe(
                    "gpu_busy_seconds",
                    DoubleType,
                    "Of these with a training or evaluation, GPU seconds",
                    RunRow::gpuBusySeconds)
                .atLeast(0)
                .since(2),
            Column.<RunRow>maybe(
                    "prices_date",
                    StringType,
                    "Date of the price list that costs are reckoned with",
                    RunRow::pricesDate)
                .since(2),
            Column.<RunRow>maybe(
                    "table_versions",
                    DataTypes.createMapType(StringType, LongType),
                    "Delta version of each table when the run began, by the table's name",
                    RunRow::tableVersions)
                .since(2)));
  }

  @Override
  Map<String, String> rowConstraints() {
    return Map.of(
        "busy_of_held",
        "gpu_busy_seconds IS NULL OR gpu_busy_seconds <= gpu_held_seconds",
        "ok_of_scenes",
        "scenes_ok + scenes_not_done = scenes");
  }

  private static Map<String, Long> versions(Row row) {
    int column = row.fieldIndex("table_versions");
    return row.isNullAt(column) ? null : Map.copyOf(row.<String, Long>getJavaMap(column));
  }

  @Override
  public RunRow toRecord(Row row) {
    return new RunRow(
        row.getAs("run_id"),
        row.getAs("attempt"),
        row.getAs("profile"),
        row.getAs("config_hash"),
        row.getAs("config_json"),
        row.getAs("input_path"),
        row.getAs("store_path"),
        row.getAs("splatline_version"),
        row.getAs("spark_version"),
        row.getAs("colmap_version"),
        row.getAs("started_at"),
        row.getAs("ended_at"),
        row.getAs("seconds"),
        row.getAs("scenes"),
        row.getAs("scenes_ok"),
        row.getAs("scenes_not_done"),
        row.getAs("exit_code"),
        row.getAs("stopped_because"),
        row.getAs("gpu_held_seconds"),
        row.getAs("gpu_busy_seconds"),
        row.getAs("prices_date"),
        versions(row));
  }
}
