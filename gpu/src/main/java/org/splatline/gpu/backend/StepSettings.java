package org.splatline.gpu.backend;

/**
 * One optimiser step.
 *
 * @param step counted from 1; Adam's bias correction uses it
 * @param render how to render, on which background
 * @param blur of the target
 * @param ssimWeight w in (1 - w) L1 + w (1 - SSIM)
 * @param adam learning rates, and decay of the moments
 * @param densifying whether to collect the statistics for {@link SplatModel#densify}
 * @param masks how masks change, if the model has any
 * @param accumulation whether Adam steps with the gradients of this view or with sums
 */
public record StepSettings(
    int step,
    RenderSettings render,
    Blur blur,
    float ssimWeight,
    AdamSettings adam,
    boolean densifying,
    MaskSettings masks,
    Accumulation accumulation) {

  /** A step on the target without blur, which leaves masks as they are. */
  public StepSettings(
      int step, RenderSettings render, float ssimWeight, AdamSettings adam, boolean densifying) {
    this(step, render, Blur.NONE, ssimWeight, adam, densifying);
  }

  /** A step that leaves masks as they are. */
  public StepSettings(
      int step,
      RenderSettings render,
      Blur blur,
      float ssimWeight,
      AdamSettings adam,
      boolean densifying) {
    this(step, render, blur, ssimWeight, adam, densifying, MaskSettings.NONE, Accumulation.NONE);
  }

  /** These settings with other settings for masks. */
  public StepSettings withMasks(MaskSettings newMasks) {
    return new StepSettings(
        step, render, blur, ssimWeight, adam, densifying, newMasks, accumulation);
  }

  /** These settings with another use of the gradients. */
  public StepSettings withAccumulation(Accumulation newAccumulation) {
    return new StepSettings(
        step, render, blur, ssimWeight, adam, densifying, masks, newAccumulation);
  }
}
