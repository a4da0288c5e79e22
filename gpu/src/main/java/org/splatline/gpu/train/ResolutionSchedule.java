package org.splatline.gpu.train;

import java.util.ArrayList;
import java.util.List;

/**
 * The resolution of each step. Consecutive steps with one scale form a phase. Without interpolation
 * these are the configured phases; with it, the configured phases are divided into shorter ones
 * whose scales rise.
 */
final class ResolutionSchedule {
  private final List<Phase> phases;
  private final double finalScale;

  private ResolutionSchedule(List<Phase> phases, double finalScale) {
    this.phases = phases;
    this.finalScale = finalScale;
  }

  /** The schedule a configuration describes. */
  static ResolutionSchedule of(ScheduleConfig config) {
    return new ResolutionSchedule(
        config.interpolation() == ScheduleConfig.Interpolation.STEPS
            ? config.phases()
            : interpolated(config),
        config.finalScale());
  }

  /**
   * A configured phase has its scale at its first step. From there the scale, or its logarithm,
   * rises linearly to that of the next phase.
   */
  private static List<Phase> interpolated(ScheduleConfig config) {
    List<Phase> configured = config.phases();
    List<Phase> phases = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < configured.size(); i++) {
      int end = configured.get(i).untilStep();
      double low = configured.get(i).scale();
      double high = i + 1 < configured.size() ? configured.get(i + 1).scale() : config.finalScale();
      for (int from = start; from < end; from += config.interpolateEverySteps()) {
        double done = (double) (from - start) / (end - start);
        double scale =
            config.interpolation() == ScheduleConfig.Interpolation.LINEAR
                ? low + (high - low) * done
                : low * Math.pow(high / low, done);
        phases.add(
            new Phase(Math.min(end, from + config.interpolateEverySteps()), Math.min(1, scale)));
      }
      start = end;
    }
    return phases;
  }

  /** Index of a step's phase; after the last phase the number of phases. */
  int phaseAt(int step) {
    int phase = 0;
    while (phase < phases.size() && step > phases.get(phase).untilStep()) {
      phase++;
    }
    return phase;
  }

  /** Side length relative to the reduced picture in a phase. */
  double scaleOf(int phase) {
    return phase < phases.size() ? phases.get(phase).scale() : finalScale;
  }

  /** Last step of the last phase; 0 if there is none. */
  int untilStep() {
    return phases.isEmpty() ? 0 : phases.get(phases.size() - 1).untilStep();
  }
}
