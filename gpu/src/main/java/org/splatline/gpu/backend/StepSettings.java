package org.splatline.gpu.backend;

/**
 * One optimiser step.
 *
 * @param step counted from 1; Adam's bias correction uses it
 * @param render how to render, on which background
 * @param blur of the target
 * @param ssimWeight w in (1 - w) L1 + w (1 - SSIM)
 * @param adam rates and moments' decay
 * @param densifying whether to gather {@link SplatModel#densify}'s statistics
 */
public record StepSettings(
    int step,
    RenderSettings render,
    Blur blur,
    float ssimWeight,
    AdamSettings adam,
    boolean densifying) {

  /** A step on the target as it is. */
  public StepSettings(
      int step, RenderSettings render, float ssimWeight, AdamSettings adam, boolean densifying) {
    this(step, render, Blur.NONE, ssimWeight, adam, densifying);
  }
}
