package org.splatline.gpu.train;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;

/**
 * The part of the configuration under {@code train}.
 *
 * @param backend {@code auto} or {@code cpu}
 * @param phases in order of their last step; after the last the scale is 1
 * @param shEverySteps one degree more every so many steps, from 0
 * @param ssimWeight w in (1 - w) L1 + w (1 - SSIM)
 * @param threads of the CPU backend; 0: all cores
 */
public record ScheduleConfig(
    String backend,
    int steps,
    long seed,
    List<Phase> phases,
    int shDegree,
    int shEverySteps,
    double ssimWeight,
    int minViews,
    double minPresentShare,
    int threads,
    Duration progressEvery)
    implements Serializable {

  public ScheduleConfig {
    checkArgument(
        backend.equals("auto") || backend.equals("cpu"),
        "Invalid train.backend: %s is not auto or cpu",
        backend);
    checkArgument(steps >= 0, "Invalid train.steps: %s is negative", steps);
    checkArgument(
        0 <= shDegree && shDegree <= 3, "Invalid train.sh-degree: %s is not 0 to 3", shDegree);
    checkArgument(
        shEverySteps > 0, "Invalid train.sh-every-steps: %s is not above 0", shEverySteps);
    checkArgument(
        0 <= ssimWeight && ssimWeight <= 1,
        "Invalid train.ssim-weight: %s is not in [0, 1]",
        ssimWeight);
    checkArgument(minViews >= 1, "Invalid train.min-views: %s is not at least 1", minViews);
    checkArgument(
        0 < minPresentShare && minPresentShare <= 1,
        "Invalid train.min-present-share: %s is not in (0, 1]",
        minPresentShare);
    checkArgument(threads >= 0, "Invalid train.threads: %s is negative", threads);
    phases = List.copyOf(phases);
    for (int i = 1; i < phases.size(); i++) {
      checkArgument(
          phases.get(i - 1).untilStep() < phases.get(i).untilStep(),
          "Invalid train.phases: until-step %s does not come after %s",
          phases.get(i).untilStep(),
          phases.get(i - 1).untilStep());
    }
  }

  /** Spherical-harmonics degree at a step. */
  public int shDegreeAt(int step) {
    return Math.min(shDegree, step / shEverySteps);
  }

  /** Index of the phase a step belongs to; {@code phases.size()} after the last. */
  public int phaseAt(int step) {
    int phase = 0;
    while (phase < phases.size() && step > phases.get(phase).untilStep()) {
      phase++;
    }
    return phase;
  }

  /** Side length relative to the reduced picture in a phase. */
  public double scaleOf(int phase) {
    return phase < phases.size() ? phases.get(phase).scale() : 1;
  }
}
