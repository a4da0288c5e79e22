package org.splatline.gpu.train;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.Serializable;
import org.splatline.gpu.backend.MaskSettings;
import org.splatline.gpu.config.StepScale;

/**
 * The part of the configuration under {@code train.masks}: learned masks ({@link
 * org.splatline.gpu.gaussian.LearnedMasks}) of Gaussians and of their bands. Defaults but for the
 * first two: Lee et al. 2024, its code; bands alike.
 *
 * @param volume whether Gaussians are masked
 * @param bands whether bands are
 * @param rate Adam's, of the logits
 * @param weight times the mean of the volume masks' sigmoids, added to the loss
 * @param bandWeight the same of each band's
 * @param threshold of a sigmoid, in (0, 1): masked up to here
 * @param pruneEverySteps steps after which masked Gaussians are removed, beside every densification
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

  /** Whether masks of any kind are learned. */
  public boolean isOn() {
    return volume || bands;
  }

  /** Whether masked Gaussians are removed after this step. */
  public boolean isPruneDueAt(int step) {
    return volume && step % pruneEverySteps == 0;
  }

  /** As a backend takes it. */
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

  /** With every step-valued key times {@code factor}, at least 1. */
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
