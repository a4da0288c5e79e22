package org.splatline.gpu.backend;

import static org.splatline.gpu.Checks.checkArgument;

import org.splatline.gpu.gaussian.LearnedMasks;

/**
 * How learned masks ({@link LearnedMasks}) change in a step. The regulariser is a weight times the
 * mean of sigmoid(logit) over all Gaussians, for the volumes and for each band in use. The reported
 * loss does not include it. Adam updates every mask in every step, whichever Gaussians the step's
 * {@link AdamSettings.Update} selects: a Gaussian that no view shows is not needed. Masks of bands
 * that are not in use stay as they are.
 *
 * @param volumeRate learning rate of the volumes' masks; 0: they stay as they are
 * @param bandRate learning rate of the bands' masks; 0: they stay as they are
 * @param threshold a mask hides its volume or band if its sigmoid is at most this, in (0, 1)
 */
public record MaskSettings(
    float volumeRate, float bandRate, float volumeWeight, float bandWeight, float threshold) {

  /** Masks, if there are any, stay as they are and hide nothing. */
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

  /** Whether a step leaves the masks as they are. */
  public boolean isNone() {
    return volumeRate == 0 && bandRate == 0;
  }

  /** The largest logit of a mask that hides. */
  public float logitLimit() {
    return LearnedMasks.logitLimit(threshold);
  }
}
