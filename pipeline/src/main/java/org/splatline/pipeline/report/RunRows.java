package org.splatline.pipeline.report;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.sum;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.splatline.gpu.config.ConfigException;
import org.splatline.gpu.config.EditDistance;
import org.splatline.pipeline.table.RunRow;
import org.splatline.pipeline.table.SceneRunRow;
import org.splatline.pipeline.table.Tables;

/**
 * The rows of one run.
 *
 * @param run the run's last invocation
 * @param scenes each scene's answer, sorted by scene: the highest published attempt, or else the
 *     highest
 * @param bytes size of the exported files by scene and format
 */
public record RunRows(RunRow run, List<SceneRunRow> scenes, Map<String, Map<String, Long>> bytes) {

  public RunRows {
    scenes = List.copyOf(scenes);
    bytes = Map.copyOf(bytes);
  }

  /** Throws {@link ConfigException}, which names the nearest run, if there is no such run. */
  public static RunRows read(Tables tables, String runId) {
    RunRow run =
        rows(tables.rows(Tables.RUNS).where(col("run_id").equalTo(runId)).collectAsList()).stream()
            .max((a, b) -> Integer.compare(a.attempt(), b.attempt()))
            .orElseThrow(() -> unknown(tables, runId));
    Map<String, SceneRunRow> answers = new TreeMap<>();
    tables
        .rows(Tables.SCENE_RUNS)
        .where(col("run_id").equalTo(runId))
        .collectAsList()
        .forEach(
            row -> {
              SceneRunRow read = Tables.SCENE_RUNS.toRecord(row);
              answers.merge(read.sceneId(), read, RunRows::current);
            });
    return new RunRows(run, List.copyOf(answers.values()), bytes(tables, runId, answers));
  }

  /** The newest run that started before this one and had one of its scenes; empty if none did. */
  public Optional<RunRows> before(Tables tables) {
    Dataset<Row> scenes = tables.rows(Tables.SCENE_RUNS);
    Dataset<Row> mine = scenes.where(col("run_id").equalTo(run.runId())).select("scene_id");
    Dataset<Row> others = scenes.join(mine, "scene_id").select("run_id").distinct();
    return tables
        .rows(Tables.RUNS)
        .where(col("started_at").lt(run.times().startedAt()))
        .where(col("run_id").notEqual(run.runId()))
        .join(others, "run_id")
        .orderBy(col("started_at").desc())
        .select("run_id")
        .takeAsList(1)
        .stream()
        .findFirst()
        .map(row -> read(tables, row.getString(0)));
  }

  private static List<RunRow> rows(List<Row> rows) {
    return rows.stream().map(Tables.RUNS::toRecord).toList();
  }

  private static SceneRunRow current(SceneRunRow one, SceneRunRow other) {
    if (one.published() != other.published()) {
      return one.published() ? one : other;
    }
    return one.attempt() > other.attempt() ? one : other;
  }

  private static Map<String, Map<String, Long>> bytes(
      Tables tables, String runId, Map<String, SceneRunRow> answers) {
    Map<String, Map<String, Long>> bytes = new HashMap<>();
    List<Row> files =
        tables
            .rows(Tables.MODELS)
            .where(col("run_id").equalTo(runId))
            .groupBy("scene_id", "attempt", "format")
            .agg(sum("bytes"))
            .collectAsList();
    for (Row file : files) {
      SceneRunRow answer = answers.get(file.getString(0));
      if (answer != null && answer.attempt() == file.getInt(1)) {
        bytes
            .computeIfAbsent(file.getString(0), any -> new TreeMap<>())
            .put(file.getString(2), file.getLong(3));
      }
    }
    return bytes;
  }

  private static ConfigException unknown(Tables tables, String runId) {
    List<String> known =
        tables.rows(Tables.RUNS).select("run_id").distinct().collectAsList().stream()
            .map(row -> row.getString(0))
            .toList();
    return new ConfigException(
        known.isEmpty()
            ? "Cannot find run %s in %s: no run has ended yet".formatted(runId, tables.uri())
            : "Cannot find run %s in %s. Nearest: %s"
                .formatted(runId, tables.uri(), EditDistance.nearest(runId, known)));
  }
}
