package org.splatline.gpu.train;

import org.splatline.gpu.backend.SplatBackend;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.metric.Evaluation;
import org.splatline.gpu.scene.Scene;

/** Scores a model on the held-out views. */
public final class Evaluator {
  private Evaluator() {}

  public static Evaluation evaluate(
      SplatBackend backend, Gaussians gaussians, Scene scene, TrainConfig config) {
    throw new UnsupportedOperationException("" + backend + gaussians + scene + config);
  }
}
