package org.splatline.pipeline.progress;

import java.io.Serializable;
import org.splatline.gpu.train.TrainingPoint;
import org.splatline.pipeline.config.Stage;

/**
 * What a scene is at, as its task says about every second.
 *
 * @param stage null: the scene's first stage has not begun
 * @param line as people read it
 * @param executor who says it: {@code driver}, or Spark's number of the executor and its host;
 *     empty where unknown
 * @param training null: it isn't training
 */
public record SceneBeat(
    String runId, String sceneId, Stage stage, String line, String executor, Training training)
    implements Serializable {

  /**
   * How far a training is.
   *
   * @param steps how many there will be
   * @param phase from 0
   * @param trainPsnr dB, on training views
   * @param etaSeconds until the last step
   * @param deviceBytes held on the GPU; -1: there is none
   */
  public record Training(
      int step,
      int steps,
      int phase,
      double trainPsnr,
      int gaussians,
      double etaSeconds,
      long deviceBytes)
      implements Serializable {

    /** Of a point of the training curve. */
    public static Training of(TrainingPoint point, int steps, long deviceBytes) {
      return new Training(
          point.step(),
          steps,
          point.phase(),
          point.trainPsnr(),
          point.gaussians(),
          (steps - point.step()) / Math.max(1e-9, point.stepsPerSecond()),
          deviceBytes);
    }
  }

  /** Of a stage other than training. */
  public static SceneBeat of(String runId, String sceneId, Stage stage, String line) {
    return new SceneBeat(runId, sceneId, stage, line, "", null);
  }

  /** The beat of a scene that has just been taken up. */
  public static SceneBeat first(String runId, String sceneId) {
    return of(runId, sceneId, null, "scene " + sceneId);
  }

  /** The same, said by {@code who}. */
  public SceneBeat from(String who) {
    return new SceneBeat(runId, sceneId, stage, line, who, training);
  }
}
