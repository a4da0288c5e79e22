package org.splatline.gpu.train;

/**
 * Tells when the training views' PSNR has stopped rising. Compared are means over whole rounds, of
 * one step a view: a view's own difficulty doesn't count. A gain is counted from the last {@link
 * #restart}; the round under way then is left out.
 */
final class PlateauRule {
  private final PlateauConfig config;
  private final int views;
  private double best;
  private int bestStep;
  private double sum;
  private int count;
  private double last;

  /**
   * What has to be kept to go on as if there had been no pause.
   *
   * @param best highest mean of a round since the restart, dB; NaN: none yet
   * @param bestStep at whose end it was, or of the restart
   * @param sum of the round under way, dB
   * @param count steps in it; -1: the round is left out
   * @param last mean of the last whole round since the restart, dB; NaN: none yet
   */
  record State(double best, int bestStep, double sum, int count, double last) {
    static final State START = new State(Double.NaN, 0, 0, 0, Double.NaN);
  }

  /** A rule over rounds of {@code views} steps. */
  PlateauRule(PlateauConfig config, int views, State state) {
    this.config = config;
    this.views = views;
    this.best = state.best();
    this.bestStep = state.bestStep();
    this.sum = state.sum();
    this.count = state.count();
    this.last = state.last();
  }

  State state() {
    return new State(best, bestStep, sum, count, last);
  }

  /** Counts a step, each in its turn; {@code psnr} of its view before the update, dB. */
  void add(int step, double psnr) {
    if (count >= 0) {
      sum += psnr;
      count++;
    }
    if (step % views != 0) {
      return;
    }
    if (count == views) {
      last = sum / views;
      if (!(last < best + config.minGain())) { // also when there is no best yet
        best = last;
        bestStep = step;
      }
    }
    sum = 0;
    count = 0;
  }

  /** Counts gains anew from after this step: what was trained on has changed. */
  void restart(int step) {
    best = Double.NaN;
    bestStep = step;
    count = step % views == 0 ? 0 : -1;
    sum = 0;
    last = Double.NaN;
  }

  /**
   * Whether, at the end of this step, there has been no gain for too long; never before a whole
   * round since the restart has been seen.
   */
  boolean isReachedAt(int step) {
    return !Double.isNaN(best) && step - bestStep >= config.patienceSteps();
  }

  /** Whether a round ends with this step. */
  boolean endsRound(int step) {
    return step % views == 0;
  }

  /** Mean PSNR of the last whole round since the restart, dB; NaN before the first. */
  double lastRound() {
    return last;
  }
}
