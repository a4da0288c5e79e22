package org.splatline.gpu.train;

import java.util.Optional;

/**
 * Decides when training ends, and why. At a plateau training does not end at once: it anneals. The
 * learning rates fall log-linearly to a hundredth over {@code train.plateau.anneal-steps}, on all
 * views, which averages the noise of single views out. A plateau that would not end training before
 * its last step changes nothing.
 */
final class Ending {
  /** What the learning rates fall to. */
  private static final double ANNEALED_RATES = 0.01;

  private final PlateauConfig config;
  private final KeptViews kept;
  private final int steps;
  private final int views;
  private final int notBefore;
  private int annealsAfter; // 0 until a plateau was found

  private Ending(
      PlateauConfig config, KeptViews kept, int steps, int views, int notBefore, int annealsAfter) {
    this.config = config;
    this.kept = kept;
    this.steps = steps;
    this.views = views;
    this.notBefore = notBefore;
    this.annealsAfter = annealsAfter;
  }

  /**
   * The end of a training. A plateau ends it only after {@code train.plateau.min-steps}, after the
   * last coarse phase, blurred picture and densification, and after the model has recovered from
   * the last prune.
   *
   * @param resolution of the training
   * @param views number of training views: the steps of one round
   * @param annealsAfter the step at which a plateau was found; 0 if none was
   */
  static Ending of(TrainConfig config, ResolutionSchedule resolution, int views, int annealsAfter) {
    PlateauConfig plateau = config.train().plateau();
    int prune = config.prune().lastStep();
    int recovered = prune == 0 ? 0 : prune + plateau.afterPruneSteps();
    int coarse = resolution.untilStep();
    int blurred = config.train().blur().isOn() ? config.train().blur().untilStep() : 0;
    int growing = config.densify().growsUntilStep();
    int settled = Math.max(growing, Math.max(coarse, blurred) + 1);
    int notBefore = Math.max(plateau.minSteps(), Math.max(recovered, settled));
    int steps = config.train().steps();
    return new Ending(
        plateau,
        KeptViews.of(plateau, views, notBefore, steps),
        steps,
        views,
        notBefore,
        annealsAfter);
  }

  /** The views that are kept from training until a plateau is found. */
  KeptViews kept() {
    return kept;
  }

  /** A rule that looks at what decides this training. */
  PlateauRule plateau(PlateauRule.State state) {
    return new PlateauRule(config, kept.isEmpty() ? views : 1, state);
  }

  /** Whether {@link #at} needs the PSNR of all steps up to this one. */
  boolean looksAt(int step) {
    return config.mode() != PlateauConfig.Mode.OFF && kept.isEmpty() && step % views == 0;
  }

  /** Whether {@link #at} needs the PSNR of the kept views after this step. */
  boolean checksAt(int step) {
    return annealsAfter == 0 && kept.isCheckedAt(step);
  }

  /** The step at which a plateau was found; 0 if none was. */
  int annealsAfter() {
    return annealsAfter;
  }

  /** The last step that leaves the kept views out; 0 if none are kept. */
  int keepsUntilStep() {
    return annealsAfter > 0 ? Math.min(annealsAfter, kept.lastCheck()) : kept.lastCheck();
  }

  /** The step whose learning rates this step has, times {@link #rateFactorAt}. */
  int ratesStep(int step) {
    return annealsAfter > 0 ? Math.min(step, annealsAfter) : step;
  }

  /** The factor of all learning rates. */
  double rateFactorAt(int step) {
    return annealsAfter == 0 || step <= annealsAfter
        ? 1
        : Math.pow(ANNEALED_RATES, (double) (step - annealsAfter) / config.annealSteps());
  }

  /**
   * Why training ends after this step; empty if it goes on. If this step has found a plateau, the
   * next one begins to anneal.
   */
  Optional<StoppedBy> at(int step, PlateauRule plateau) {
    Optional<StoppedBy> stopped = stoppedBy(step, plateau);
    if (stopped.isEmpty() && annealsAfter == 0 && isPlateau(step, plateau)) {
      annealsAfter = step;
      return stoppedBy(step, plateau);
    }
    return stopped;
  }

  private Optional<StoppedBy> stoppedBy(int step, PlateauRule plateau) {
    if (annealsAfter > 0) {
      return step >= annealsAfter + config.annealSteps()
          ? Optional.of(StoppedBy.PLATEAU)
          : Optional.empty();
    }
    return switch (config.mode()) {
      case OFF, STOP -> step >= steps ? Optional.of(StoppedBy.STEPS) : Optional.empty();
      case EXTEND -> extended(step, plateau);
    };
  }

  private Optional<StoppedBy> extended(int step, PlateauRule plateau) {
    if (step < steps) {
      return Optional.empty();
    }
    if (plateau.lastRound() >= config.extendToPsnr()) {
      return Optional.of(step == steps ? StoppedBy.STEPS : StoppedBy.TARGET);
    }
    return step >= lastStep() ? Optional.of(StoppedBy.STEPS) : Optional.empty();
  }

  /** The last step of a training without a plateau. */
  private int lastStep() {
    return config.mode() == PlateauConfig.Mode.EXTEND ? steps + config.extendSteps() : steps;
  }

  private boolean isPlateau(int step, PlateauRule plateau) {
    boolean isExtending = config.mode() == PlateauConfig.Mode.EXTEND;
    return (looksAt(step) || kept.isCheckedAt(step))
        && step >= (isExtending ? Math.max(steps, notBefore) : notBefore)
        && step + config.annealSteps() < lastStep()
        && plateau.isReachedAt(step);
  }
}
