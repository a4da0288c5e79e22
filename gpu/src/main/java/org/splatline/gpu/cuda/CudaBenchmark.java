package org.splatline.gpu.cuda;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.splatline.gpu.backend.StepSettings;
import org.splatline.gpu.backend.Target;
import org.splatline.gpu.gaussian.GaussianState;

/** Times training steps and each of their kernels. */
public final class CudaBenchmark {
  private CudaBenchmark() {}

  /**
   * What was measured.
   *
   * @param milliseconds a step, wall clock, the device never waiting for the host's answer
   * @param kernelMilliseconds a step, by kernel, between CUDA events
   * @param visible Gaussians in the last view
   * @param intersections in the last view
   */
  public record Result(
      int steps,
      double milliseconds,
      Map<String, Double> kernelMilliseconds,
      int visible,
      int intersections,
      long peakDeviceBytes) {}

  /** Trains {@code steps} steps three times: to warm up, against the clock, kernel by kernel. */
  public static Result measure(
      CudaBackend backend,
      GaussianState state,
      List<Target> targets,
      StepSettings settings,
      int steps) {
    try (CudaModel model = backend.model(state)) {
      model.useTargets(targets);
      train(model, targets.size(), settings, 1, steps);
      long start = System.nanoTime();
      train(model, targets.size(), settings, steps + 1, steps);
      double seconds = (System.nanoTime() - start) / 1e9;
      KernelTimer timer = model.startTimer();
      train(model, targets.size(), settings, 2 * steps + 1, steps);
      Map<String, Double> kernels = new LinkedHashMap<>(timer.milliseconds());
      kernels.replaceAll((name, sum) -> sum / steps);
      model.stopTimer();
      int[] counts = model.lastCounts();
      return new Result(
          steps, seconds * 1e3 / steps, kernels, counts[0], counts[1], model.peakDeviceBytes());
    }
  }

  private static void train(
      CudaModel model, int views, StepSettings settings, int from, int steps) {
    for (int step = from; step < from + steps; step++) {
      model.step(
          step % views,
          new StepSettings(
              step,
              settings.render(),
              settings.ssimWeight(),
              settings.adam(),
              settings.densifying()));
    }
    model.drainStatistics();
  }
}
