package org.splatline.gpu.gaussian;

/** The families of trained parameters, in the order files and checkpoints hold them. */
public enum ParameterFamily {
  MEANS("means", 3),
  QUATS("quats", 4),
  LOG_SCALES("logScales", 3),
  LOGIT_OPACITIES("logitOpacities", 1),
  /** Width depends on the degree: see {@link Gaussians#width}. */
  SH_COEFFICIENTS("shCoefficients", 48),
  /** Empty unless masks are learned; see {@link LearnedMasks}. */
  MASK_LOGITS("maskLogits", LearnedMasks.WIDTH);

  private final String glossaryName;
  private final int width;

  ParameterFamily(String glossaryName, int width) {
    this.glossaryName = glossaryName;
    this.width = width;
  }

  /** The name in files and messages. */
  public String glossaryName() {
    return glossaryName;
  }

  int width() {
    return width;
  }
}
