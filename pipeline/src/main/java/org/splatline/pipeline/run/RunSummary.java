package org.splatline.pipeline.run;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.notify.RunNotice;
import org.splatline.pipeline.stage.GpuUse;
import org.splatline.pipeline.table.SceneRunRow;

/**
 * How a run ended: the content of SUMMARY.json.
 *
 * @param applicationId of the driver, as Spark has it; null: it ended before Spark gave it one
 * @param exitCode 0: all scenes done; 2: some not; 3: stopped early; 64: wrong usage; 70: internal
 *     error
 * @param stoppedBecause why it ended early, one sentence; null: it did not
 * @param gpuUse how the executors used their GPUs; null: none held one
 * @param resultsUri the run's own files
 * @param sceneResultsUri the folder with one folder per scene; null in files of earlier versions
 * @param scenes one row per scene that was started, in order of their names
 * @param notBegun names of the scenes that have no row: not started, or cut off
 */
public record RunSummary(
    int schemaVersion,
    String runId,
    String applicationId,
    int exitCode,
    String stoppedBecause,
    GpuUse gpuUse,
    double seconds,
    String resultsUri,
    String sceneResultsUri,
    String tablesUri,
    List<SceneRunRow> scenes,
    List<String> notBegun) {
  public static final int DONE = 0;
  public static final int SOME_NOT_DONE = 2;
  public static final int STOPPED = 3;
  public static final int USAGE = 64;
  public static final int INTERNAL = 70;

  /** Why a run stopped that was asked to by a signal. */
  public static final String INTERRUPTED = "Stopped early: it was interrupted";

  public RunSummary {
    scenes = List.copyOf(scenes);
    notBegun = List.copyOf(notBegun);
  }

  /** The summary of a run that ended before its scenes were known. */
  public static RunSummary failed(
      String runId,
      String applicationId,
      int exitCode,
      String because,
      Instant startedAt,
      PipelineConfig config) {
    return new RunSummary(
        1,
        runId,
        applicationId,
        exitCode,
        because,
        null,
        Math.max(0, Duration.between(startedAt, Instant.now()).toMillis()) / 1e3,
        config.storePlace() + "/runs/" + runId,
        config.storePlace() + "/results",
        config.tablesPlace(),
        List.of(),
        List.of());
  }

  /** The notice that is sent to people. */
  public RunNotice notice() {
    Map<String, Integer> verdicts = new TreeMap<>();
    scenes.forEach(row -> verdicts.merge(row.verdict().name(), 1, Integer::sum));
    Map<String, Integer> qualities = new TreeMap<>();
    done().forEach(row -> qualities.merge(row.metrics().qualityWord(), 1, Integer::sum));
    return new RunNotice(
        1,
        runId,
        exitCode,
        stoppedBecause,
        scenes.size() + notBegun.size(),
        scenesOk(),
        verdicts,
        qualities,
        seconds,
        resultsUri,
        tablesUri,
        scenes.stream()
            .filter(row -> !row.verdict().isDone())
            .limit(RunNotice.MOST_SCENES)
            .map(
                row ->
                    new RunNotice.Scene(row.sceneId(), row.verdict().name(), row.verdictDetail()))
            .toList(),
        done()
            .filter(row -> row.metrics().qualityWord().equals("poor"))
            .limit(RunNotice.MOST_SCENES)
            .map(
                row ->
                    new RunNotice.PoorScene(
                        row.sceneId(), row.metrics().psnr(), row.metrics().qualityDetail()))
            .toList());
  }

  /** The scenes whose model has a quality word: not those that an earlier version made. */
  private Stream<SceneRunRow> done() {
    return scenes.stream()
        .filter(row -> row.metrics() != null && row.metrics().qualityWord() != null);
  }

  /** Whether the driver had found the scenes when it ended. */
  public boolean knowsScenes() {
    return !scenes.isEmpty() || !notBegun.isEmpty();
  }

  /** Scenes with verdict OK. */
  public int scenesOk() {
    return (int) scenes.stream().filter(row -> row.verdict().isDone()).count();
  }
}
