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
 * @param masks how masks move, where the model has them
 */
public record StepSettings(
    int step,
    RenderSettings render,
    Blur blur,
    float ssimWeight,
    AdamSettings adam,
    boolean densifying,
    MaskSettings masks) {

  /** A step on the target as it is. */
  public StepSettings(
      int step, RenderSettings render, float ssimWeight, AdamSettings adam, boolean densifying) {
    this(step, render, Blur.NONE, ssimWeight, adam, densifying);
  }

  /** A step that leaves masks alone. */
  public StepSettings(
      int step,
      RenderSettings render,
      Blur blur,
      float ssimWeight,
      AdamSettings adam,
      boolean densifying) {
    this(step, render, blur, ssimWeight, adam, densifying, MaskSettings.NONE);
  }

  /** The same but for the masks. */
  public StepSettings withMasks(MaskSettings newMasks) {
    return new StepSettings(step, render, blur, ssimWeight, adam, densifying, newMasks);
  }
}
