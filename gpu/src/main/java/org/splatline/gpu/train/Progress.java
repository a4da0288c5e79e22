package org.splatline.gpu.train;

import java.util.ArrayList;
import java.util.List;
import org.splatline.gpu.backend.SplatModel;
import org.splatline.gpu.backend.StepStatistics;

/**
 * Turns steps into points of the training curve: about one a second for the listener, of which
 * those at least a hundredth of the training apart are kept. Each step's PSNR goes to the plateau
 * rule.
 */
final class Progress {
  private static final long EVERY_NANOS = 1_000_000_000;
  private static final int LOOK_EVERY_STEPS = 10;
  private static final int KEPT_POINTS = 100;

  private final SplatModel model;
  private final TrainListener listener;
  private final ScheduleConfig schedule;
  private final ResolutionSchedule resolution;
  private final PlateauRule plateau;
  private final List<TrainingPoint> curve = new ArrayList<>();
  private final long startNanos = System.nanoTime();
  private long toldNanos = startNanos;
  private int toldStep;
  private int keptStep;
  private int phase;
  private int collectedStep;
  private double lossSum;
  private double psnrSum;

  Progress(
      SplatModel model,
      TrainListener listener,
      ScheduleConfig schedule,
      ResolutionSchedule resolution,
      PlateauRule plateau,
      int fromStep) {
    this.model = model;
    this.listener = listener;
    this.schedule = schedule;
    this.resolution = resolution;
    this.plateau = plateau;
    this.toldStep = fromStep;
    this.keptStep = fromStep;
    this.collectedStep = fromStep;
  }

  /** Waits for all steps launched and takes in what they came to. */
  void collect() {
    StepStatistics statistics = model.drainStatistics();
    for (double psnr : statistics.psnrs()) {
      psnrSum += psnr;
      plateau.add(++collectedStep, psnr);
    }
    if (statistics.steps() > 0) {
      lossSum += statistics.loss() * statistics.steps();
    }
  }

  void after(int step, int currentPhase) {
    phase = currentPhase;
    boolean keep = step - keptStep >= Math.max(1, schedule.steps() / KEPT_POINTS);
    boolean late = step % LOOK_EVERY_STEPS == 0 && System.nanoTime() - toldNanos >= EVERY_NANOS;
    if (keep || late) {
      tell(step, keep);
    }
  }

  void finish(int step) {
    if (step > toldStep) {
      tell(step, true);
    }
  }

  private void tell(int step, boolean keep) {
    collect();
    long now = System.nanoTime();
    int count = step - toldStep;
    TrainingPoint point =
        new TrainingPoint(
            step,
            phase,
            resolution.scaleOf(phase),
            lossSum / count,
            psnrSum / count,
            model.numGaussians(),
            count / Math.max(1e-9, (now - toldNanos) / 1e9),
            (now - startNanos) / 1e9);
    toldStep = step;
    toldNanos = now;
    lossSum = 0;
    psnrSum = 0;
    if (keep) {
      keptStep = step;
      curve.add(point);
    }
    listener.onProgress(point, expectedSteps(step), model.deviceBytes());
  }

  /** Beyond those planned there are as many as an extension may take. */
  private int expectedSteps(int step) {
    int planned = schedule.steps();
    return step <= planned ? planned : planned + schedule.plateau().extendSteps();
  }

  double seconds() {
    return (System.nanoTime() - startNanos) / 1e9;
  }

  List<TrainingPoint> curve() {
    return curve;
  }
}
