package org.splatline.gpu.train;

import java.util.ArrayList;
import java.util.List;
import org.splatline.gpu.backend.SplatModel;
import org.splatline.gpu.backend.StepStatistics;

/**
 * Turns steps into points of the training curve: about one a second for the listener, of which
 * those at least a hundredth of the training apart are kept.
 */
final class Progress {
  private static final long EVERY_NANOS = 1_000_000_000;
  private static final int LOOK_EVERY_STEPS = 10;
  private static final int KEPT_POINTS = 100;

  private final SplatModel model;
  private final TrainListener listener;
  private final ScheduleConfig schedule;
  private final List<TrainingPoint> curve = new ArrayList<>();
  private final long startNanos = System.nanoTime();
  private long toldNanos = startNanos;
  private int toldStep;
  private int keptStep;
  private int phase;

  Progress(SplatModel model, TrainListener listener, ScheduleConfig schedule, int fromStep) {
    this.model = model;
    this.listener = listener;
    this.schedule = schedule;
    this.toldStep = fromStep;
    this.keptStep = fromStep;
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
    StepStatistics statistics = model.drainStatistics();
    long now = System.nanoTime();
    double rate = (step - toldStep) / Math.max(1e-9, (now - toldNanos) / 1e9);
    TrainingPoint point =
        new TrainingPoint(
            step,
            phase,
            schedule.scaleOf(phase),
            statistics.loss(),
            statistics.psnr(),
            model.numGaussians(),
            rate,
            (now - startNanos) / 1e9);
    toldStep = step;
    toldNanos = now;
    if (keep) {
      keptStep = step;
      curve.add(point);
    }
    listener.onProgress(point, schedule.steps(), model.deviceBytes());
  }

  double seconds() {
    return (System.nanoTime() - startNanos) / 1e9;
  }

  List<TrainingPoint> curve() {
    return curve;
  }
}
