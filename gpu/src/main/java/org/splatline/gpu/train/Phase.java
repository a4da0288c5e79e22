package org.splatline.gpu.train;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.Serializable;

/**
 * Consecutive steps with one resolution.
 *
 * @param untilStep last step, inclusive
 * @param scale side length relative to the reduced picture, in (0, 1]
 */
public record Phase(int untilStep, double scale) implements Serializable {
  public Phase {
    checkArgument(untilStep > 0, "Invalid train.phases: until-step %s is not above 0", untilStep);
    checkArgument(
        0 < scale && scale <= 1, "Invalid train.phases: scale %s is not in (0, 1]", scale);
  }
}
