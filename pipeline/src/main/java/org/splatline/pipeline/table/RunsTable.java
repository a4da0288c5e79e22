package org.splatline.pipeline.table;

import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.apache.spark.sql.types.DataTypes.TimestampType;
import static org.splatline.pipeline.table.Column.always;

import java.util.List;
import org.apache.spark.sql.Row;

/** Table {@code runs}. */
public final class RunsTable extends Table<RunRow> {
  RunsTable() {
    super(
        "runs",
        "One row an invocation of a run that did something; the highest attempt is current",
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
            always("seconds", DoubleType, "From start to end, s", RunRow::seconds),
            always("scenes", IntegerType, "Scenes of the batch", RunRow::scenes),
            always("scenes_ok", IntegerType, "Scenes with verdict OK", RunRow::scenesOk),
            always(
                "scenes_not_done",
                IntegerType,
                "Scenes with another verdict, or none yet",
                RunRow::scenesNotDone),
            always("exit_code", IntegerType, "The command's exit code", RunRow::exitCode)));
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
        row.getAs("exit_code"));
  }
}
