package org.splatline.gpu.train;

import static org.splatline.gpu.Checks.checkState;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.function.Supplier;
import org.splatline.gpu.backend.StepStatistics;

/**
 * Passes training steps to listeners. The device runs behind the training thread, so the figures of
 * a step are not known at its end: an event waits here until {@link #deliver} reads them.
 */
final class StepEvents {
  private final Supplier<StepStatistics> figures;
  private final List<StepListener> listeners;
  private final Queue<StepEvent> waiting = new ArrayDeque<>();

  /**
   * Events for listeners, which receive them in this order.
   *
   * @param figures waits for all steps and returns the figures of those since its last call
   */
  StepEvents(Supplier<StepStatistics> figures, StepListener... listeners) {
    this.figures = figures;
    this.listeners = List.of(listeners);
  }

  /** Adds a step that the model was asked to do. */
  void add(StepEvent event) {
    waiting.add(event);
  }

  /** Waits until the device has done all steps, then passes each waiting event to the listeners. */
  void deliver() {
    StepStatistics statistics = figures.get();
    checkState(
        statistics.steps() == waiting.size(),
        "Cannot match figures to steps: %s figures for %s steps",
        statistics.steps(),
        waiting.size());
    for (double psnr : statistics.psnrs()) {
      StepEvent event = waiting.remove();
      listeners.forEach(listener -> listener.onStep(event, statistics.loss(), psnr));
    }
  }
}
