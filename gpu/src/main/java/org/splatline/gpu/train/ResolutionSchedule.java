package org.splatline.gpu.train;

import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.splatline.gpu.backend.Target;

/**
 * The resolution of each step. Consecutive steps with one scale form a phase. Without interpolation
 * these are the configured phases, or those of the pictures' spectrum; with it, these phases are
 * divided into shorter ones whose scales rise.
 */
final class ResolutionSchedule {
  private final List<Phase> phases;
  private final double finalScale;

  private ResolutionSchedule(List<Phase> phases, double finalScale) {
    this.phases = phases;
    this.finalScale = finalScale;
  }

  /**
   * The schedule of a training.
   *
   * @param targets all training pictures, at the size of {@code image.reduce}
   */
  static ResolutionSchedule of(TrainConfig config, List<Target> targets) {
    return of(
        config.train(),
        switch (config.train().resolution()) {
          case PHASES -> config.train().phases();
          case SPECTRUM -> SpectrumPhases.of(config, targets);
        });
  }

  /** The schedule with these phases. */
  static ResolutionSchedule of(ScheduleConfig config, List<Phase> phases) {
    return new ResolutionSchedule(
        config.interpolation() == ScheduleConfig.Interpolation.STEPS
            ? phases
            : interpolated(config, phases),
        config.finalScale());
  }

  /**
   * A phase has its scale at its first step. From there the scale, or its logarithm, rises linearly
   * to that of the next phase.
   */
  private static List<Phase> interpolated(ScheduleConfig config, List<Phase> configured) {
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

  /** The first step from which on all pictures have full size; empty if there is none. */
  OptionalInt fullSizeFromStep() {
    if (finalScale < 1) {
      return OptionalInt.empty();
    }
    int coarse = phases.size() - 1;
    while (coarse >= 0 && phases.get(coarse).scale() == 1) {
      coarse--;
    }
    return OptionalInt.of(coarse < 0 ? 1 : phases.get(coarse).untilStep() + 1);
  }

  /** For the log, such as "0.25 until step 1200, 0.5 until step 5000, then 1". */
  @Override
  public String toString() {
    return phases.stream()
            .map(phase -> "%s until step %d, ".formatted(number(phase.scale()), phase.untilStep()))
            .collect(Collectors.joining())
        + (phases.isEmpty() ? "" : "then ")
        + number(finalScale);
  }

  private static String number(double scale) {
    return new DecimalFormat("0.###", DecimalFormatSymbols.getInstance(Locale.ROOT)).format(scale);
  }
}
