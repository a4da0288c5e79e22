package org.splatline.gpu.train;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.Serializable;
import org.splatline.gpu.config.StepScale;

/**
 * Blur of the training pictures. It fades linearly, so that coarse content is trained first:
 * Trick-GS, Armagan et al. 2025. Sizes are in px of the picture in the current phase.
 *
 * @param kernel side of the Gaussian window, px; odd
 * @param sigma standard deviation at the first step, px; 0 for no blur
 * @param finalSigma standard deviation at {@code untilStep}, px; there is no blur after that step
 * @param everySteps steps between updates of the standard deviation
 */
public record BlurConfig(int kernel, double sigma, double finalSigma, int untilStep, int everySteps)
    implements Serializable {

  /** No blur. */
  public static final BlurConfig NONE = new BlurConfig(9, 0, 0, 0, 100);

  private static final int MAX_KERNEL = 15;

  public BlurConfig {
    checkArgument(
        1 <= kernel && kernel <= MAX_KERNEL && kernel % 2 == 1,
        "Invalid train.blur.kernel: %s is not an odd number from 1 to 15",
        kernel);
    checkArgument(
        sigma >= 0 && Double.isFinite(sigma), "Invalid train.blur.sigma: %s is negative", sigma);
    checkArgument(
        0 <= finalSigma && finalSigma <= sigma,
        "Invalid train.blur.final-sigma: %s is not in [0, train.blur.sigma]",
        finalSigma);
    checkArgument(untilStep >= 0, "Invalid train.blur.until-step: %s is negative", untilStep);
    checkArgument(everySteps > 0, "Invalid train.blur.every-steps: %s is not above 0", everySteps);
  }

  /** Whether any picture is blurred. */
  boolean isOn() {
    return sigma > 0 && untilStep > 0;
  }

  /** Standard deviation at a step, px; 0 for no blur. */
  public double sigmaAt(int step) {
    if (step > untilStep) {
      return 0;
    }
    int updated = (step - 1) / everySteps * everySteps;
    double done = (double) updated / untilStep;
    return sigma * (1 - done) + finalSigma * done;
  }

  /** A copy with all steps multiplied by {@code factor}. */
  BlurConfig scaledBy(double factor) {
    return new BlurConfig(
        kernel,
        sigma,
        finalSigma,
        StepScale.scale(untilStep, factor),
        StepScale.scale(everySteps, factor));
  }
}
