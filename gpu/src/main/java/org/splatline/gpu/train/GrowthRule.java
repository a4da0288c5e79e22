package org.splatline.gpu.train;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * The rule that the last quarter of growth has pictures of full size. Gaussians that grow on
 * coarser pictures can't show what only full size shows, and later steps only move them.
 */
final class GrowthRule {
  private static final double FULL_SIZE_SHARE = 0.25;

  private GrowthRule() {}

  /**
   * What is wrong with a training's configuration, with its values; empty if growth follows the
   * rule or there is none. Growth lasts from {@code densify.from-step} to the end of the last
   * densification or of training.
   */
  static Optional<String> violation(TrainConfig config, ResolutionSchedule resolution) {
    int from = config.densify().fromStep();
    int until = Math.min(config.train().steps(), config.densify().growsUntilStep());
    if (!config.densify().grows() || from >= until) {
      return Optional.empty();
    }
    OptionalInt full = resolution.fullSizeFromStep();
    if (full.isEmpty()) {
      return Optional.of(
          "pictures never have full size: train.final-scale is %s. Set it to 1 for detail"
              .formatted(config.train().finalScale()));
    }
    int wanted = (int) (until - FULL_SIZE_SHARE * (until - from));
    if (full.getAsInt() <= wanted + 1) {
      return Optional.empty();
    }
    String advice =
        "Its last quarter, from step %d, needs full size: lower the last until-step of train.phases, or raise densify.until-step"
            .formatted(wanted + 1);
    return Optional.of(
        full.getAsInt() >= until
            ? "growth ends at step %d, before pictures have full size at step %d. %s"
                .formatted(until, full.getAsInt(), advice)
            : "growth lasts from step %d to %d, but pictures have full size only from step %d. %s"
                .formatted(from, until, full.getAsInt(), advice));
  }
}
