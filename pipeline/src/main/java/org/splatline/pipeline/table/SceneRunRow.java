package org.splatline.pipeline.table;

import java.io.Serializable;
import java.time.Instant;
import java.util.List;
import org.splatline.gpu.metric.SceneMetrics;
import org.splatline.gpu.verdict.Verdict;

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
 * @param modelBytes of the exported files together; null: not trained
 * @param cost null: of a version that didn't reckon it
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
    SceneMetrics metrics,
    Long modelBytes,
    Cost cost) {

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
        metrics,
        modelBytes,
        cost);
  }

  /** Time in each stage, seconds; null: not begun. Short where an artefact was found. */
  public record StageSeconds(Double ingest, Double sfm, Double train, double attempt) {}

  /**
   * What was found in the scene's folder.
   *
   * @param fingerprint sha256 of names and contents
   * @param camera make and model that most photographs name; null: none does
   */
  public record PhotographCounts(String fingerprint, int used, int rejected, String camera) {}

  /**
   * What COLMAP found.
   *
   * @param meanErrorPx mean reprojection error, px
   */
  public record CameraCounts(int registered, int points, double meanErrorPx)
      implements Serializable {}

  /**
   * How well GPS agrees with the model.
   *
   * @param images whose position agrees
   * @param horizontalRms m
   * @param verticalRms m
   */
  public record Alignment(int images, double horizontalRms, double verticalRms)
      implements Serializable {}

  /**
   * What the attempt's tasks held and what that costs, tasks that were lost left out.
   *
   * @param cpu cores, of ingest, structure from motion, publishing, and training without a GPU
   * @param gpu GPUs, of training
   */
  public record Cost(Share cpu, Share gpu) {
    /** Both together; null where either isn't known. */
    public Double usd() {
      return cpu.usd() == null || gpu.usd() == null ? null : cpu.usd() + gpu.usd();
    }
  }

  /**
   * What was held of one kind of machine.
   *
   * @param seconds core seconds, or GPU seconds
   * @param instanceType as the price list names it; null: not known, or nothing was held
   * @param purchaseOption {@code on-demand} or {@code spot}; null with {@code instanceType}
   * @param usd null: the machine or its price isn't known; 0 where nothing was held
   */
  public record Share(double seconds, String instanceType, String purchaseOption, Double usd) {
    /** Nothing was held. */
    public static final Share NONE = new Share(0, null, null, 0.0);
  }
}
