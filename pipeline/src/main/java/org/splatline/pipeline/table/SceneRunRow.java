package org.splatline.pipeline.table;

import java.time.Instant;
import java.util.List;
import org.splatline.gpu.metric.SceneMetrics;
import org.splatline.gpu.scene.Verdict;

/**
 * One attempt at a scene.
 *
 * @param published whether this is the scene's final answer in the run
 * @param verdictDetail one sentence; empty when OK
 * @param stage the last one begun: {@code ingest}, {@code sfm}, {@code train}, {@code publish}
 * @param sourceUri the scene's folder
 * @param resultUri the attempt's files
 * @param photographs null: not ingested
 * @param cameras null: not reconstructed, or the scene brought its cameras
 * @param alignment null: not aligned to the earth
 * @param metrics null: not trained
 */
public record SceneRunRow(
    String runId,
    String sceneId,
    int attempt,
    boolean published,
    Verdict verdict,
    String verdictDetail,
    String stage,
    String sourceUri,
    String resultUri,
    String profile,
    String configHash,
    Instant startedAt,
    Instant endedAt,
    StageSeconds seconds,
    List<String> reused,
    PhotographCounts photographs,
    CameraCounts cameras,
    Alignment alignment,
    SceneMetrics metrics) {

  public SceneRunRow {
    reused = List.copyOf(reused);
  }

  /** The same, as the scene's final answer. */
  public SceneRunRow asPublished() {
    return new SceneRunRow(
        runId,
        sceneId,
        attempt,
        true,
        verdict,
        verdictDetail,
        stage,
        sourceUri,
        resultUri,
        profile,
        configHash,
        startedAt,
        endedAt,
        seconds,
        reused,
        photographs,
        cameras,
        alignment,
        metrics);
  }

  /** Time in each stage, seconds; null: not begun. Short where an artefact was found. */
  public record StageSeconds(Double ingest, Double sfm, Double train, double attempt) {}

  /**
   * What was found in the scene's folder.
   *
   * @param fingerprint sha256 of names and contents
   */
  public record PhotographCounts(String fingerprint, int used, int rejected) {}

  /**
   * What COLMAP found.
   *
   * @param meanErrorPx mean reprojection error, px
   */
  public record CameraCounts(int registered, int points, double meanErrorPx) {}

  /**
   * How well GPS agrees with the model.
   *
   * @param images whose position agrees
   * @param horizontalRms m
   * @param verticalRms m
   */
  public record Alignment(int images, double horizontalRms, double verticalRms) {}
}
