package org.splatline.gpu.backend;

/**
 * Adam (Kingma and Ba 2015) with a rate a parameter family, at one step.
 *
 * @param meansRate world units: already times the scene extent
 * @param update which Gaussians
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
    /** Those the view shows. */
    VISIBLE,
    /** All of them: the paper's dense Adam. */
    ALL
  }
}
