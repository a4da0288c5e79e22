package org.splatline.gpu.format;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.Serializable;

/**
 * The configuration under {@code export.finish}: training of what a file holds, part by part.
 *
 * @param steps of all parts together; 0: no finish. They scale with {@code train.steps} as other
 *     step-valued keys
 * @param rates the learning rates, as a share of those at the end of training
 * @param bandsLoss by which the rounding of bands may lower the PSNR before training makes up for
 *     it, dB
 */
public record FinishConfig(int steps, double rates, double bandsLoss) implements Serializable {
  /** No finish. */
  public static final FinishConfig NONE = new FinishConfig(0, 1, 1);

  public FinishConfig {
    checkArgument(steps >= 0, "Invalid export.finish.steps: %s is negative", steps);
    checkArgument(
        rates > 0 && Double.isFinite(rates),
        "Invalid export.finish.rates: %s is not above 0",
        rates);
    checkArgument(
        bandsLoss > 0 && Double.isFinite(bandsLoss),
        "Invalid export.finish.bands-loss: %s is not above 0",
        bandsLoss);
  }
}
