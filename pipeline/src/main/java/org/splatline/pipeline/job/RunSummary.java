package org.splatline.pipeline.job;

import java.util.List;
import org.splatline.pipeline.table.SceneRunRow;

/**
 * How a run ended: the content of SUMMARY.json.
 *
 * @param exitCode 0: all scenes done; 2: some not; 3: stopped early
 * @param stoppedBecause why it ended early, one sentence; null: it didn't
 * @param gpuUse how the executors used their GPUs; null: none held one
 * @param scenes one row each, in order of their names; those not begun are left out
 * @param notBegun names of these
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

  /** Scenes with verdict OK. */
  public int scenesOk() {
    return (int) scenes.stream().filter(row -> row.verdict().isDone()).count();
  }
}
