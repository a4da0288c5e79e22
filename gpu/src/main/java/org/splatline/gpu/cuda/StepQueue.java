package org.splatline.gpu.cuda;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.backend.StepSettings;
import org.splatline.gpu.backend.StepStatistics;
import org.splatline.gpu.cuda.device.DeviceStream;
import org.splatline.gpu.cuda.kernel.CameraArgument;

/**
 * Steps that were launched and whose results were not read yet. The host runs ahead of the device
 * by up to {@link StepResults#MAX_STEPS} steps. A step whose view needs more intersections than
 * there is room for does nothing, and the steps after it do nothing either. When the host next
 * reads results, it makes room and launches these steps again.
 */
final class StepQueue {
  private static final Logger LOG = LoggerFactory.getLogger(StepQueue.class);
  private static final double SQUARED_ERROR_FLOOR = 1e-10;

  private final StepResults results;
  private final ViewPipeline pipeline;
  private final DeviceStream stream;
  private final PictureBlur blur;
  private final List<Step> pending = new ArrayList<>();
  private long nonFinite;
  private double lossSum;
  private final List<Double> psnrs = new ArrayList<>();

  /**
   * A step whose result has not been read. It carries what the launch needs, so it can be launched
   * again. Whoever changes Gaussians or images must call {@link #settle} first.
   */
  record Step(
      ViewPipeline.View view, TargetImages images, int targetIndex, StepSettings settings) {}

  StepQueue(StepResults results, ViewPipeline pipeline, PictureBlur blur, DeviceStream stream) {
    this.results = results;
    this.pipeline = pipeline;
    this.blur = blur;
    this.stream = stream;
  }

  /** Launches a step. Waits only if the device is far behind. */
  void step(Step step) {
    if (pending.size() == StepResults.MAX_STEPS) {
      settle();
    }
    launch(step);
  }

  private void launch(Step step) {
    TargetImages.Image photograph = step.images().acquire(step.targetIndex());
    TargetImages.Image target = blur.apply(photograph, step.settings().blur());
    pipeline.step(step.view(), target, step.targetIndex(), step.settings(), pending.size());
    step.images().release();
    pending.add(step);
  }

  /**
   * Waits for the launched steps and reads their results. Launches steps again that had too little
   * room.
   */
  void settle() {
    while (!pending.isEmpty()) {
      StepResults.Reading reading = results.read(stream);
      List<Step> launched = List.copyOf(pending);
      pending.clear();
      absorb(launched.subList(0, reading.stepsDone()));
      finish(reading);
      launched.subList(reading.stepsDone(), launched.size()).forEach(this::launch);
    }
  }

  /** Runs a view to its end. If there was too little room, makes room and runs it again. */
  void run(Runnable work) {
    settle();
    boolean done = false;
    while (!done) {
      work.run();
      StepResults.Reading reading = results.read(stream);
      finish(reading);
      done = !reading.overflow();
    }
  }

  private void finish(StepResults.Reading reading) {
    results.restart(stream);
    nonFinite += reading.nonFinite();
    if (reading.overflow()) {
      LOG.debug("a view needs {} intersections: making room", reading.needed());
      pipeline.forwardPass().expectIntersections(reading.needed());
    }
  }

  private void absorb(List<Step> done) {
    double[] sums = results.readSums(done.size());
    for (int i = 0; i < done.size(); i++) {
      CameraArgument camera = done.get(i).view().camera();
      double counted = 3.0 * camera.width() * camera.height() - sums[StepResults.SUMS * i + 3];
      double squares = sums[StepResults.SUMS * i + 2] / Math.max(1, counted);
      lossSum += loss(sums, i, camera, done.get(i).settings().ssimWeight());
      psnrs.add(Math.min(100, -10 * Math.log10(Math.max(SQUARED_ERROR_FLOOR, squares))));
    }
  }

  /** The loss of the step whose sums are in {@code slot}. */
  static double loss(double[] sums, int slot, CameraArgument camera, float ssimWeight) {
    double values = 3.0 * camera.width() * camera.height();
    double l1 = sums[StepResults.SUMS * slot] / values;
    double ssim = sums[StepResults.SUMS * slot + 1] / values;
    return (1 - ssimWeight) * l1 + ssimWeight * (1 - ssim);
  }

  /** Returns loss and PSNR of the steps since the last call, and waits for these steps. */
  StepStatistics drain() {
    settle();
    StepStatistics statistics =
        new StepStatistics(psnrs.isEmpty() ? Double.NaN : lossSum / psnrs.size(), psnrs);
    lossSum = 0;
    psnrs.clear();
    return statistics;
  }

  /** Returns how often a Gaussian was skipped for NaN or infinity since the last call. */
  long takeNonFinite() {
    settle();
    long count = nonFinite;
    nonFinite = 0;
    return count;
  }
}
