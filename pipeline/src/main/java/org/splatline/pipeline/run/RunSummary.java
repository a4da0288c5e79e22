package org.splatline.pipeline.run;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.splatline.pipeline.notify.RunNotice;
import org.splatline.pipeline.stage.GpuUse;
import org.splatline.pipeline.table.SceneRunRow;

/**
 * How a run ended: the content of SUMMARY.json.
 *
 * @param exitCode 0: all scenes done; 2: some not; 3: stopped early
 * @param stoppedBecause why it ended early, one sentence; null: it did not
 * @param gpuUse how the executors used their GPUs; null: none held one
 * @param scenes one row per scene that was started, in order of their names
 * @param notBegun names of the scenes that were not started
 */
public record RunSummary(
    int schemaVersion,
    String runId,
    int exitCode,
    String stoppedBecause,
    GpuUse gpuUse,
    double seconds,
    String resultsUri,
    String tablesUri,
    List<SceneRunRow> scenes,
    List<String> notBegun) {
  public static final int DONE = 0;
  public static final int SOME_NOT_DONE = 2;
  public static final int STOPPED = 3;

  public RunSummary {
    scenes = List.copyOf(scenes);
    notBegun = List.copyOf(notBegun);
  }

  /** The notice that is sent to people. */
  public RunNotice notice() {
    Map<String, Integer> verdicts = new TreeMap<>();
    scenes.forEach(row -> verdicts.merge(row.verdict().name(), 1, Integer::sum));
    return new RunNotice(
        1,
        runId,
        exitCode,
        stoppedBecause,
        scenes.size() + notBegun.size(),
        scenesOk(),
        verdicts,
        seconds,
        resultsUri,
        tablesUri,
        scenes.stream()
            .filter(row -> !row.verdict().isDone())
            .limit(RunNotice.MOST_SCENES)
            .map(
                row ->
                    new RunNotice.Scene(row.sceneId(), row.verdict().name(), row.verdictDetail()))
            .toList());
  }

  /** Scenes with verdict OK. */
  public int scenesOk() {
    return (int) scenes.stream().filter(row -> row.verdict().isDone()).count();
  }
}
