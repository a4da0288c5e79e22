package org.splatline.gpu.train;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.Serializable;
import org.splatline.gpu.config.StepScale;

/**
 * Steps at which something is done repeatedly.
 *
 * @param fromStep exclusive
 * @param untilStep exclusive; if it equals {@code fromStep}, there is no such step
 */
public record StepWindow(int fromStep, int untilStep, int everySteps) implements Serializable {

  /** No step. */
  public static final StepWindow NEVER = new StepWindow(0, 0, 100);

  public StepWindow {
    checkArgument(
        0 <= fromStep && fromStep <= untilStep,
        "Invalid steps: from-step %s, until-step %s",
        fromStep,
        untilStep);
    checkArgument(everySteps > 0, "Invalid steps: every-steps %s is not above 0", everySteps);
  }

  /** Whether this is one of the steps. */
  public boolean isDueAt(int step) {
    return contains(step) && step % everySteps == 0;
  }

  /** Whether a step is between the two ends. */
  public boolean contains(int step) {
    return fromStep < step && step < untilStep;
  }

  /** A copy with all steps multiplied by {@code factor}. */
  StepWindow scaledBy(double factor) {
    return new StepWindow(
        StepScale.scale(fromStep, factor),
        StepScale.scale(untilStep, factor),
        StepScale.scale(everySteps, factor));
  }
}
