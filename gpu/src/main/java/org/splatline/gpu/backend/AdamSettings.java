package org.splatline.gpu.backend;

/**
 * Adam (Kingma and Ba 2015) at one step, with one learning rate per parameter family.
 *
 * @param meansRate world units; already multiplied by the scene extent
 * @param update which Gaussians the step updates
 */
public record AdamSettings(
    float meansRate,
    float quatRate,
    float scaleRate,
    float opacityRate,
    float sh0Rate,
    float shRestRate,
    float beta1,
    float beta2,
    float epsilon,
    Update update) {

  /** Which Gaussians a step updates. */
  public enum Update {
    /** The Gaussians that the view shows. */
    VISIBLE,
    /** All Gaussians, as in the paper. */
    ALL
  }

  /** These settings with all learning rates multiplied by {@code factor}. */
  public AdamSettings ratesTimes(double factor) {
    return new AdamSettings(
        (float) (meansRate * factor),
        (float) (quatRate * factor),
        (float) (scaleRate * factor),
        (float) (opacityRate * factor),
        (float) (sh0Rate * factor),
        (float) (shRestRate * factor),
        beta1,
        beta2,
        epsilon,
        update);
  }
}
