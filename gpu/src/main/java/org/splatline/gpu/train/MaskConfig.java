package org.splatline.gpu.train;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.Serializable;
import org.splatline.gpu.backend.MaskSettings;
import org.splatline.gpu.config.StepScale;

/**
 * The configuration under {@code train.masks}: learned masks ({@link
 * org.splatline.gpu.gaussian.LearnedMasks}) of Gaussians and of their spherical-harmonics bands.
 * Defaults of all but the first two: the code of Lee et al. 2024.
 *
 * @param volume whether whole Gaussians are masked
 * @param bands whether bands are masked
 * @param rate learning rate of the mask logits
 * @param weight factor of the mean volume mask in the loss
 * @param bandWeight factor of each band's mean mask in the loss
 * @param threshold a mask up to this value hides its Gaussian or band; in (0, 0.5)
 * @param pruneEverySteps steps between removals of masked Gaussians; each densification removes
 *     them too
 */
public record MaskConfig(
    boolean volume,
    boolean bands,
    double rate,
    double weight,
    double bandWeight,
    double threshold,
    int pruneEverySteps)
    implements Serializable {

  /** No masks. */
  public static final MaskConfig NONE = new MaskConfig(false, false, 0.01, 5e-4, 5e-4, 0.01, 1000);

  public MaskConfig {
    checkArgument(
        rate > 0 && Double.isFinite(rate), "Invalid train.masks.rate: %s is not above 0", rate);
    checkArgument(
        weight >= 0 && Double.isFinite(weight),
        "Invalid train.masks.weight: %s is negative",
        weight);
    checkArgument(
        bandWeight >= 0 && Double.isFinite(bandWeight),
        "Invalid train.masks.band-weight: %s is negative",
        bandWeight);
    checkArgument(
        0 < threshold && threshold < 0.5,
        "Invalid train.masks.threshold: %s is not in (0, 0.5)",
        threshold);
    checkArgument(
        pruneEverySteps > 0,
        "Invalid train.masks.prune-every-steps: %s is not above 0",
        pruneEverySteps);
  }

  /** Whether any masks are learned. */
  boolean isOn() {
    return volume || bands;
  }

  /** Whether masked Gaussians are removed after this step. */
  boolean isPruneDueAt(int step) {
    return volume && step % pruneEverySteps == 0;
  }

  /** The settings for a backend. */
  public MaskSettings settings() {
    return isOn()
        ? new MaskSettings(
            volume ? (float) rate : 0,
            bands ? (float) rate : 0,
            (float) weight,
            (float) bandWeight,
            (float) threshold)
        : MaskSettings.NONE;
  }

  /** A copy with all steps multiplied by {@code factor}. */
  MaskConfig scaledBy(double factor) {
    return new MaskConfig(
        volume,
        bands,
        rate,
        weight,
        bandWeight,
        threshold,
        StepScale.scale(pruneEverySteps, factor));
  }
}
