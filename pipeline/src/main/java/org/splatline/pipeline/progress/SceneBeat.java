package org.splatline.pipeline.progress;

import java.io.Serializable;
import org.splatline.gpu.train.TrainingPoint;
import org.splatline.pipeline.config.Stage;

/**
 * A scene's progress, sent by its task about every second.
 *
 * @param stage null: the scene's first stage has not started
 * @param line for people
 * @param executor the sender: {@code driver}, or Spark's number of the executor and its host; empty
 *     where unknown
 * @param training null: the scene is not training
 */
public record SceneBeat(
    String runId, String sceneId, Stage stage, String line, String executor, Training training)
    implements Serializable {

  /**
   * The progress of a training.
   *
   * @param steps of the whole training
   * @param phase from 0
   * @param trainPsnr dB, on training views
   * @param etaSeconds until the last step
   * @param deviceBytes held on the GPU; -1: there is no GPU
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

    /** The progress at a point of the training curve. */
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

  /** The progress of a stage other than training. */
  public static SceneBeat of(String runId, String sceneId, Stage stage, String line) {
    return new SceneBeat(runId, sceneId, stage, line, "", null);
  }

  /** The first beat of a scene. */
  public static SceneBeat first(String runId, String sceneId) {
    return of(runId, sceneId, null, "scene " + sceneId);
  }

  /** The same, sent by {@code sender}. */
  public SceneBeat from(String sender) {
    return new SceneBeat(runId, sceneId, stage, line, sender, training);
  }
}
