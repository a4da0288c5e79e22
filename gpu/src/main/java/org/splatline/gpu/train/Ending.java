package org.splatline.gpu.train;

import java.util.Optional;

/** Decides when training ends, and why. */
final class Ending {
  private final PlateauConfig config;
  private final int steps;
  private final int views;
  private final int notBefore;
  private final double targetPsnr;

  private Ending(PlateauConfig config, int steps, int views, int notBefore, double targetPsnr) {
    this.config = config;
    this.steps = steps;
    this.views = views;
    this.notBefore = notBefore;
    this.targetPsnr = targetPsnr;
  }

  /**
   * The end of a training. A plateau ends it only after {@code train.plateau.min-steps}, after the
   * last coarse phase, blurred picture and densification, and after the model has recovered from
   * the last prune.
   *
   * @param resolution of the training
   * @param views number of training views: the steps of one round
   */
  static Ending of(TrainConfig config, ResolutionSchedule resolution, int views) {
    PlateauConfig plateau = config.train().plateau();
    int prune = config.prune().lastStep();
    int recovered = prune == 0 ? 0 : prune + plateau.afterPruneSteps();
    int coarse = resolution.untilStep();
    int blurred = config.train().blur().isOn() ? config.train().blur().untilStep() : 0;
    int growing = config.densify().growsUntilStep();
    int settled = Math.max(growing, Math.max(coarse, blurred) + 1);
    return new Ending(
        plateau,
        config.train().steps(),
        views,
        Math.max(plateau.minSteps(), Math.max(recovered, settled)),
        config.quality().targetPsnr());
  }

  /** Whether {@link #at} needs the PSNR of all steps up to this one. */
  boolean looksAt(int step) {
    return config.mode() != PlateauConfig.Mode.OFF && step % views == 0;
  }

  /** Why training ends after this step; empty if it goes on. */
  Optional<StoppedBy> at(int step, PlateauRule plateau) {
    return switch (config.mode()) {
      case OFF -> ifDone(step >= steps);
      case STOP ->
          looksAt(step) && step >= notBefore && plateau.isReachedAt(step)
              ? Optional.of(StoppedBy.PLATEAU)
              : ifDone(step >= steps);
      case EXTEND -> extended(step, plateau);
    };
  }

  private Optional<StoppedBy> extended(int step, PlateauRule plateau) {
    if (step < steps) {
      return Optional.empty();
    }
    if (plateau.lastRound() >= targetPsnr) {
      return Optional.of(step == steps ? StoppedBy.STEPS : StoppedBy.TARGET);
    }
    if (looksAt(step) && step >= notBefore && plateau.isReachedAt(step)) {
      return Optional.of(StoppedBy.PLATEAU);
    }
    return ifDone(step >= steps + config.extendSteps());
  }

  private static Optional<StoppedBy> ifDone(boolean done) {
    return done ? Optional.of(StoppedBy.STEPS) : Optional.empty();
  }
}
