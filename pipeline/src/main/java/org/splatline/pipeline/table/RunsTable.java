package org.splatline.pipeline.table;

import java.util.List;
import java.util.Map;

/** Table {@code runs}. */
final class RunsTable extends Table<RunRow> {
  RunsTable() {
    super(
        RunRow.class,
        "runs",
        "One row per invocation of a run that did some work; the highest attempt is current",
        List.of("run_id", "attempt"),
        listColumns());
  }

  private static List<Column<RunRow>> listColumns() {
    Columns<RunRow> row = Columns.of(RunRow.class);
    return List.of(
        row.runId(),
        row.attempt(),
        row.always("profile", "Profile of the configuration"),
        row.always(
            "config_hash", "sha256 of the effective configuration without places and credentials"),
        row.always("config_json", "The effective configuration without credentials"),
        row.always("input_path", "Where the scenes were"),
        row.always("store_path", "Where artefacts and results are"),
        row.always("splatline_version", "Splatline's version"),
        row.always("spark_version", "Spark's version"),
        row.always("colmap_version", "COLMAP's version; none if COLMAP was missing"),
        row.always("started_at", "Start, UTC"),
        row.always("ended_at", "End, UTC"),
        row.always("seconds", "From start to end, s").atLeast(0),
        row.always("scenes", "Scenes of the batch").atLeast(0),
        row.always("scenes_ok", "Scenes with verdict OK").atLeast(0),
        row.always("scenes_not_done", "Scenes with another verdict, or none yet").atLeast(0),
        row.always("exit_code", "The command's exit code").atLeast(0),
        row.maybe("stopped_because", "Why the run stopped early, one sentence; null if it didn't")
            .since(2),
        row.maybe(
                "gpu_held_seconds",
                "GPU seconds that all executors held GPUs; null if none held one")
            .atLeast(0)
            .since(2),
        row.maybe("gpu_busy_seconds", "GPU seconds of trainings and evaluations")
            .atLeast(0)
            .since(2),
        row.maybe("prices_date", "Date of the price list used for costs").since(2),
        row.maybe("table_versions", "Delta version of each table when the run began, by table name")
            .since(2),
        row.maybe("application_id", "Spark's application, as YARN names it").since(3),
        row.maybe("emr_release", "Release of the EMR cluster; null outside EMR").since(3),
        row.maybe("git_commit", "Commit that Splatline was built from; null if unknown").since(3));
  }

  @Override
  Map<String, String> rowConstraints() {
    return Map.of(
        "busy_of_held",
        "gpu_busy_seconds IS NULL OR gpu_busy_seconds <= gpu_held_seconds",
        "ok_of_scenes",
        "scenes_ok + scenes_not_done = scenes");
  }
}
