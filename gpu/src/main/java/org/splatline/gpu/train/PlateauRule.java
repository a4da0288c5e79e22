package org.splatline.gpu.train;

/**
 * Decides whether the PSNR of the training views has stopped rising. It compares means over whole
 * rounds. A round has one step per view, so easy and difficult views weigh the same in each mean.
 * With {@link KeptViews} their mean is a round of its own. {@link #restart} forgets all rounds
 * before it, and the rest of the current round.
 */
final class PlateauRule implements StepListener {
  private final PlateauConfig config;
  private final int views;
  private double best;
  private int bestStep;
  private double sum;
  private int count;
  private double last;

  /**
   * What a checkpoint holds, so that training resumes as if it had never stopped.
   *
   * @param best highest mean of a round since the restart, dB; NaN before the first round
   * @param bestStep last step of that round; before the first round the step of the restart
   * @param sum of the current round, dB
   * @param count steps in it; -1 if the round is left out
   * @param last mean of the last whole round since the restart, dB; NaN before the first round
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

  @Override
  public void onStep(StepEvent event, double loss, double psnr) {
    if (event.newPictures()) {
      restart(event.step() - 1);
    }
    add(event.step(), psnr);
    if (event.changedModel()) {
      restart(event.step());
    }
  }

  /** Adds the next step; {@code psnr} is that of its view before the update, dB. */
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
      if (!(last < best + config.minGain())) { // also true if best is NaN
        best = last;
        bestStep = step;
      }
    }
    sum = 0;
    count = 0;
  }

  /** Starts again after this step, because later PSNRs can't be compared with earlier ones. */
  void restart(int step) {
    best = Double.NaN;
    bestStep = step;
    count = step % views == 0 ? 0 : -1;
    sum = 0;
    last = Double.NaN;
  }

  /**
   * Whether there has been no gain for too long at the end of this step. False until the first
   * whole round since the restart has ended.
   */
  boolean isReachedAt(int step) {
    return !Double.isNaN(best) && step - bestStep >= config.patienceSteps();
  }

  /** Mean PSNR of the last whole round since the restart, dB; NaN before the first one. */
  double lastRound() {
    return last;
  }
}
