package org.splatline.gpu.train;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.scene.Scene;

/**
 * How many steps a scene is trained for: {@code train.steps}, but at most {@code
 * train.steps-per-view} for each training view. A step shows one view, so a scene of few views has
 * seen each of them often long before a large scene has, and further steps only fit them more
 * closely. Scenes of few photographs ({@link FewViewsConfig}) add up the gradients of several views
 * before Adam steps, so they take all steps.
 */
final class TrainingLength {
  /** {@code train.steps-per-view} shortens no training below this number of steps. Our own. */
  static final int LEAST_STEPS = 8000;

  private static final Logger LOG = LoggerFactory.getLogger(TrainingLength.class);

  private TrainingLength() {}

  /** The configuration that a scene is trained with. */
  static TrainConfig configFor(Scene scene, TrainConfig config) {
    int views = scene.trainViews().size();
    int steps = steps(config.train(), views);
    if (steps == config.train().steps()) {
      return config;
    }
    LOG.info(
        "scene {}: {} steps instead of {}, as it has {} training views (train.steps-per-view: {})",
        scene.id(),
        steps,
        config.train().steps(),
        views,
        config.train().stepsPerView());
    return config.withSteps(steps);
  }

  /** The number of steps for a scene with this number of training views. */
  static int steps(ScheduleConfig train, int trainViews) {
    if (train.stepsPerView() == 0 || train.fewViews().appliesTo(trainViews)) {
      return train.steps();
    }
    long most = Math.max(LEAST_STEPS, (long) train.stepsPerView() * trainViews);
    return (int) Math.min(train.steps(), most);
  }
}
