package org.splatline.gpu.train;

import java.util.ArrayList;
import java.util.List;

/**
 * The resolution each step trains at, as stretches of steps with one scale: the phases themselves,
 * or, interpolated, stretches of equal length whose scales rise from phase to phase.
 */
public final class ResolutionSchedule {
  private final List<Phase> stretches;
  private final double finalScale;

  private ResolutionSchedule(List<Phase> stretches, double finalScale) {
    this.stretches = stretches;
    this.finalScale = finalScale;
  }

  /** The schedule a configuration describes. */
  public static ResolutionSchedule of(ScheduleConfig config) {
    return new ResolutionSchedule(
        config.interpolation() == ScheduleConfig.Interpolation.STEPS
            ? config.phases()
            : interpolated(config),
        config.finalScale());
  }

  /**
   * A phase's scale is met at its first step, the next one's at its own; between, scales rise along
   * a line, or their logarithms do.
   */
  private static List<Phase> interpolated(ScheduleConfig config) {
    List<Phase> phases = config.phases();
    List<Phase> stretches = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < phases.size(); i++) {
      int end = phases.get(i).untilStep();
      double low = phases.get(i).scale();
      double high = i + 1 < phases.size() ? phases.get(i + 1).scale() : config.finalScale();
      for (int from = start; from < end; from += config.interpolateEverySteps()) {
        double done = (double) (from - start) / (end - start);
        double scale =
            config.interpolation() == ScheduleConfig.Interpolation.LINEAR
                ? low + (high - low) * done
                : low * Math.pow(high / low, done);
        stretches.add(
            new Phase(Math.min(end, from + config.interpolateEverySteps()), Math.min(1, scale)));
      }
      start = end;
    }
    return stretches;
  }

  /** Index of the stretch a step belongs to; the number of stretches after the last. */
  public int phaseAt(int step) {
    int phase = 0;
    while (phase < stretches.size() && step > stretches.get(phase).untilStep()) {
      phase++;
    }
    return phase;
  }

  /** Side length relative to the reduced picture in a stretch. */
  public double scaleOf(int phase) {
    return phase < stretches.size() ? stretches.get(phase).scale() : finalScale;
  }

  /** Last step below the final scale; 0 where there is none. */
  public int untilStep() {
    return stretches.isEmpty() ? 0 : stretches.get(stretches.size() - 1).untilStep();
  }
}
