package org.splatline.gpu.train;

import java.util.ArrayList;
import java.util.List;
import org.splatline.gpu.backend.SplatModel;

/**
 * Makes points of the training curve from the figures of the steps. The listener receives about one
 * point a second. The curve keeps those that are at least a hundredth of the training apart.
 */
final class TrainingCurve implements StepListener {
  private static final long REPORT_EVERY_NANOS = 1_000_000_000;
  private static final int CHECK_TIME_EVERY_STEPS = 10;
  private static final int KEPT_POINTS = 100;

  private final SplatModel model;
  private final TrainListener listener;
  private final ScheduleConfig schedule;
  private final ResolutionSchedule resolution;
  private final List<TrainingPoint> points = new ArrayList<>();
  private final long startNanos = System.nanoTime();
  private long reportedNanos = startNanos;
  private int reportedStep;
  private int keptStep;
  private int phase;
  private double lossSum;
  private double psnrSum;

  TrainingCurve(
      SplatModel model,
      TrainListener listener,
      ScheduleConfig schedule,
      ResolutionSchedule resolution,
      int fromStep) {
    this.model = model;
    this.listener = listener;
    this.schedule = schedule;
    this.resolution = resolution;
    this.reportedStep = fromStep;
    this.keptStep = fromStep;
  }

  @Override
  public void onStep(StepEvent event, double loss, double psnr) {
    phase = event.phase();
    lossSum += loss;
    psnrSum += psnr;
  }

  /** Whether {@link #report} should be called after this step. */
  boolean isReportDueAt(int step) {
    return isKeptAt(step)
        || (step % CHECK_TIME_EVERY_STEPS == 0
            && System.nanoTime() - reportedNanos >= REPORT_EVERY_NANOS);
  }

  private boolean isKeptAt(int step) {
    return step - keptStep >= Math.max(1, schedule.steps() / KEPT_POINTS);
  }

  /** Reports the point of this step. All steps up to it must have been delivered. */
  void report(int step) {
    report(step, isKeptAt(step));
  }

  /** Reports and keeps the point of the last step, unless it has been reported. */
  void finish(int step) {
    if (step > reportedStep) {
      report(step, true);
    }
  }

  private void report(int step, boolean keep) {
    long now = System.nanoTime();
    int steps = step - reportedStep;
    long deviceBytes = model.deviceBytes();
    TrainingPoint point =
        new TrainingPoint(
            step,
            phase,
            resolution.scaleOf(phase),
            lossSum / steps,
            psnrSum / steps,
            model.numGaussians(),
            steps / Math.max(1e-9, (now - reportedNanos) / 1e9),
            (now - startNanos) / 1e9,
            deviceBytes < 0 ? null : deviceBytes);
    reportedStep = step;
    reportedNanos = now;
    lossSum = 0;
    psnrSum = 0;
    if (keep) {
      keptStep = step;
      points.add(point);
    }
    listener.onProgress(point, expectedSteps(step), deviceBytes);
  }

  /** The planned steps; beyond them, as many as an extension may take. */
  private int expectedSteps(int step) {
    int planned = schedule.steps();
    return step <= planned ? planned : planned + schedule.plateau().extendSteps();
  }

  /** Seconds since training started. */
  double seconds() {
    return (System.nanoTime() - startNanos) / 1e9;
  }

  /** The points kept so far. */
  List<TrainingPoint> points() {
    return points;
  }
}
