package org.splatline.gpu.train;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.Serializable;
import org.splatline.gpu.config.StepScale;

/**
 * The configuration under {@code train.exposure}: an affine colour transform per training view
 * ({@link org.splatline.gpu.backend.Exposures}), for photographs of one scene that differ in
 * exposure or white balance.
 *
 * @param enabled whether transforms are learned
 * @param rate learning rate for Adam
 * @param fromStep steps after this one learn transforms: before it, a difference is the geometry's
 */
public record ExposureConfig(boolean enabled, double rate, int fromStep) implements Serializable {

  public ExposureConfig {
    checkArgument(
        rate > 0 && Double.isFinite(rate), "Invalid train.exposure.rate: %s is not above 0", rate);
    checkArgument(fromStep >= 0, "Invalid train.exposure.from-step: %s is negative", fromStep);
  }

  /** The learning rate at a step; 0: transforms are not in use. */
  float rateAt(int step) {
    return enabled && step > fromStep ? (float) rate : 0;
  }

  /** A copy with all steps multiplied by {@code factor}. */
  ExposureConfig scaledBy(double factor) {
    return new ExposureConfig(enabled, rate, StepScale.scale(fromStep, factor));
  }
}
