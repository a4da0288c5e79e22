package org.splatline.pipeline.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.splatline.gpu.config.ConfigException;
import org.splatline.gpu.config.EditDistance;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.run.RunView;
import org.splatline.pipeline.spark.SparkSessions;
import org.splatline.pipeline.store.Json;
import org.splatline.pipeline.store.RunFolder;
import org.splatline.pipeline.store.Store;
import org.splatline.pipeline.table.Group;
import org.splatline.pipeline.table.SceneRunRow;

/**
 * Opens failed scenes of a run again, so that the run's next start tries them.
 *
 * @param verdicts only scenes with these; empty: all that are not done
 * @param scenes only these; empty: all
 */
record SceneRetry(String runId, List<Verdict> verdicts, List<String> scenes) {

  /** Parses verdict names. Throws {@link ConfigException} for an unknown one, and for OK. */
  static List<Verdict> verdicts(List<String> names) {
    return names.stream().map(SceneRetry::verdict).toList();
  }

  private static Verdict verdict(String name) {
    List<String> names = Arrays.stream(Verdict.values()).map(Verdict::name).toList();
    if (!names.contains(name) || name.equals(Verdict.OK.name())) {
      throw new ConfigException(
          "Invalid --verdict: %s. Nearest: %s"
              .formatted(name, EditDistance.nearest(name, names.subList(1, names.size()))));
    }
    return Verdict.valueOf(name);
  }

  /** Throws {@link ConfigException} when there is no such run, or a scene cannot be retried. */
  void check(PipelineConfig config) {
    Configuration hadoop = SparkSessions.hadoop(config.spark());
    RunFolder run = RunView.find(Store.open(config.storePlace(), hadoop), runId);
    Map<String, SceneRunRow> results = results(run);
    scenes.forEach(scene -> check(scene, run, results));
  }

  /** Opens the chosen scenes again. */
  void reopen(RunFolder run) {
    results(run).values().stream()
        .filter(this::isChosen)
        .forEach(row -> run.reopen(row.sceneId(), row.attempt()));
  }

  private boolean isChosen(SceneRunRow row) {
    boolean byVerdict =
        verdicts.isEmpty() ? !row.verdict().isDone() : verdicts.contains(row.verdict());
    return byVerdict && (scenes.isEmpty() || scenes.contains(row.sceneId()));
  }

  private static Map<String, SceneRunRow> results(RunFolder run) {
    Map<String, SceneRunRow> results = new TreeMap<>();
    for (String scene : run.scenes()) {
      run.result(scene)
          .map(json -> Json.read(json, Group.class, run.resultUri(scene)).sceneRuns().get(0))
          .ifPresent(row -> results.put(scene, row));
    }
    return results;
  }

  private void check(String scene, RunFolder run, Map<String, SceneRunRow> results) {
    List<String> known = run.scenes();
    if (!known.contains(scene)) {
      throw new ConfigException(
          "Cannot find scene %s in run %s%s"
              .formatted(
                  scene,
                  runId,
                  known.isEmpty() ? "" : ": nearest: " + EditDistance.nearest(scene, known)));
    }
    SceneRunRow row = results.get(scene);
    if (row != null && row.verdict().isDone() && verdicts.isEmpty()) {
      throw new ConfigException(
          "Cannot retry scene %s of run %s: it is %s. Use another --run-id to make it again"
              .formatted(scene, runId, row.verdict()));
    }
  }
}
