package org.splatline.gpu.backend;

import static org.splatline.gpu.Checks.checkArgument;

import org.splatline.gpu.gaussian.LearnedMasks;

/**
 * How learned masks ({@link LearnedMasks}) move in a step. The regulariser is weight x the mean,
 * over all Gaussians, of sigmoid(logit), for the volumes and for each band that is in use; it is no
 * part of the loss that is reported. Adam moves every mask in every step, whichever Gaussians the
 * step's {@link AdamSettings.Update} is of: what no view shows isn't needed. Masks of bands not in
 * use wait.
 *
 * @param volumeRate 0: held
 * @param bandRate 0: held
 * @param threshold of the sigmoid, in (0, 1): masked up to here
 */
public record MaskSettings(
    float volumeRate, float bandRate, float volumeWeight, float bandWeight, float threshold) {

  /** Masks, if there are any, stay as they are and take nothing away. */
  public static final MaskSettings NONE = new MaskSettings(0, 0, 0, 0, 0.01f);

  public MaskSettings {
    checkArgument(
        volumeRate >= 0 && bandRate >= 0,
        "Invalid mask rates: %s, %s are not at least 0",
        volumeRate,
        bandRate);
    checkArgument(
        0 < threshold && threshold < 1, "Invalid mask threshold: %s is not in (0, 1)", threshold);
  }

  /** Whether a step leaves masks alone. */
  public boolean isNone() {
    return volumeRate == 0 && bandRate == 0;
  }

  /** Up to here a logit masks. */
  public float logitLimit() {
    return LearnedMasks.logitLimit(threshold);
  }
}
