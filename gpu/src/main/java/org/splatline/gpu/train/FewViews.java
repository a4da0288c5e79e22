package org.splatline.gpu.train;

import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.backend.Dropout;
import org.splatline.gpu.backend.RenderSettings;
import org.splatline.gpu.backend.SplatModel;
import org.splatline.gpu.scene.Scene;

/** What is different when a scene has few photographs ({@link FewViewsConfig}). */
final class FewViews {
  /** With fewer training views, a warning says that quality will be low. */
  static final int FEW = 20;

  private static final Logger LOG = LoggerFactory.getLogger(FewViews.class);

  private final String scene;
  private final TrainConfig config;
  private final FewViewsConfig few;

  FewViews(Scene scene, TrainConfig config) {
    this.scene = scene.id();
    this.config = config;
    this.few = config.train().fewViews().forViews(scene.trainViews().size());
    report(scene.trainViews().size());
  }

  private void report(int views) {
    if (views < FEW) {
      LOG.warn(
          "scene {}: it has only {} training views, so places between them may look wrong. Add"
              + " photographs",
          scene,
          views);
    }
    if (!few.equals(FewViewsConfig.OFF)) {
      LOG.info(
          "scene {}: its {} training views are fewer than train.few-views.below ({}): the degree of"
              + " spherical harmonics is {}, a step leaves out {} of the Gaussians, and Gaussians"
              + " that at most one view shows {}",
          scene,
          views,
          few.below(),
          shDegree(),
          few.dropout(),
          few.pruneSingleView() ? "are removed" : "stay");
    }
  }

  /** The highest degree of spherical harmonics. */
  int shDegree() {
    return Math.min(config.train().shDegree(), few.shDegree());
  }

  /** Spherical-harmonics degree at a step. */
  int shDegreeAt(int step) {
    return Math.min(shDegree(), config.train().shDegreeAt(step));
  }

  /** The Gaussians that a training step leaves out. */
  Dropout dropoutAt(int step) {
    return Dropout.at(few.dropout(), config.train().seed(), step);
  }

  /** Whether this step removes Gaussians that at most one training view shows. */
  boolean isPruneDueAt(int step) {
    return few.isPruneDueAt(step, config.densify(), config.prune());
  }

  /**
   * Removes Gaussians that at most one training view shows, if this step does. They all stay if
   * none would be left.
   *
   * @return whether any was removed
   */
  boolean prune(SplatModel model, int step, RenderSettings settings) {
    if (!isPruneDueAt(step)) {
      return false;
    }
    int before = model.numGaussians();
    int[] showing = model.viewsShowing(settings, few.seenWeight());
    int[] kept = IntStream.range(0, before).filter(n -> showing[n] > 1).toArray();
    if (kept.length == 0 || kept.length == before) {
      return false;
    }
    model.keep(kept);
    LOG.info(
        "scene {}: step {} removes {} of {} Gaussians, which at most one view shows",
        scene,
        step,
        before - kept.length,
        before);
    return true;
  }
}
