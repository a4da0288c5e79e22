package org.splatline.gpu.train;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.Serializable;
import org.splatline.gpu.config.StepScale;

/**
 * Steps at which something is done again and again.
 *
 * @param fromStep exclusive
 * @param untilStep exclusive; as {@code fromStep}: never
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

  /** Whether it is done at this step. */
  public boolean isDueAt(int step) {
    return contains(step) && step % everySteps == 0;
  }

  /** Whether a step lies within. */
  public boolean contains(int step) {
    return fromStep < step && step < untilStep;
  }

  /** With every step times {@code factor}. */
  StepWindow scaledBy(double factor) {
    return new StepWindow(
        StepScale.scale(fromStep, factor),
        StepScale.scale(untilStep, factor),
        StepScale.scale(everySteps, factor));
  }
}
