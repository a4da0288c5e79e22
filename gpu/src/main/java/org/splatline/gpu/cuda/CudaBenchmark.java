package org.splatline.gpu.cuda;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.splatline.gpu.backend.StepSettings;
import org.splatline.gpu.backend.Target;
import org.splatline.gpu.gaussian.TrainingState;
import org.splatline.gpu.scene.Camera;

/** Times training steps and each of their kernels. */
public final class CudaBenchmark {
  private CudaBenchmark() {}

  /**
   * What was measured.
   *
   * @param milliseconds wall-clock time per step, while the device never waits for the host
   * @param renderMilliseconds wall-clock time per picture that is only rendered
   * @param kernels figures of each kernel per step, in the order of launches
   * @param counts means over the views
   * @param copyBytesPerSecond bytes that a copy on the device reads and writes per second
   */
  public record Result(
      int steps,
      double milliseconds,
      double renderMilliseconds,
      Map<String, KernelFigures> kernels,
      Counts counts,
      double copyBytesPerSecond,
      long peakDeviceBytes) {}

  /**
   * Figures of one kernel per step, for all its launches together.
   *
   * @param milliseconds time between CUDA events
   * @param bytes it must move through device memory
   * @param flops float operations it must do
   * @param bandwidthShare bytes per second, relative to those of a copy
   */
  public record KernelFigures(double milliseconds, long bytes, long flops, double bandwidthShare) {}

  /**
   * What is counted in a view.
   *
   * @param visible Gaussians
   * @param evaluatedPairs (pixel, Gaussian) pairs whose falloff the forward pass computes
   * @param contributingPairs those that change a pixel
   */
  public record Counts(
      long visible, long intersections, long evaluatedPairs, long contributingPairs) {}

  /** The order of Gaussians during the measurement. */
  public enum Order {
    GIVEN,
    /** The order that training uses. */
    MORTON
  }

  /**
   * Trains {@code steps} steps three times: to warm up, to measure the total time, and to measure
   * each kernel. Then counts the work.
   */
  public static Result measure(
      CudaBackend backend,
      TrainingState state,
      List<Target> targets,
      StepSettings settings,
      int steps,
      Order order) {
    try (CudaModel model = backend.model(state)) {
      model.useTargets(targets);
      if (order == Order.MORTON) {
        model.reorder();
      }
      train(model, targets.size(), settings, 1, steps);
      long start = System.nanoTime();
      train(model, targets.size(), settings, steps + 1, steps);
      double seconds = (System.nanoTime() - start) / 1e9;
      model.startTimer();
      train(model, targets.size(), settings, 2 * steps + 1, steps);
      Map<String, Double> milliseconds = new LinkedHashMap<>(model.stopTimer());
      milliseconds.replaceAll((name, sum) -> sum / steps);
      List<StepWork> views = new ArrayList<>();
      for (int target = 0; target < targets.size(); target++) {
        views.add(model.work(target, settings.render()));
      }
      StepWork work = StepWork.mean(views);
      long peak = model.peakDeviceBytes();
      double renderMilliseconds = renderMilliseconds(model, targets, settings, steps);
      double copy = backend.copyBytesPerSecond();
      return new Result(
          steps,
          seconds * 1e3 / steps,
          renderMilliseconds,
          figures(milliseconds, work.byKernel(), copy),
          new Counts(
              work.visible(),
              work.intersections(),
              work.pairs().evaluated(),
              work.pairs().contributing()),
          copy,
          peak);
    }
  }

  private static double renderMilliseconds(
      CudaModel model, List<Target> targets, StepSettings settings, int pictures) {
    List<Camera> cameras =
        IntStream.range(0, pictures)
            .mapToObj(i -> targets.get(i % targets.size()).camera())
            .toList();
    return 1e3 * model.renderSeconds(cameras, settings.render()) / pictures;
  }

  /** Figures of the kernels that were timed. A figure that is not known is 0. */
  static Map<String, KernelFigures> figures(
      Map<String, Double> milliseconds,
      Map<String, StepWork.Work> work,
      double copyBytesPerSecond) {
    Map<String, KernelFigures> figures = new LinkedHashMap<>();
    milliseconds.forEach(
        (name, time) -> {
          StepWork.Work of = work.getOrDefault(StepWork.operation(name), new StepWork.Work(0, 0));
          figures.put(
              name,
              new KernelFigures(
                  time, of.bytes(), of.flops(), of.bytes() / (time / 1e3) / copyBytesPerSecond));
        });
    return figures;
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
