package org.splatline.gpu.gaussian;

import static org.splatline.gpu.Checks.checkArgument;

import java.util.Arrays;

/**
 * The parameters of N Gaussians on the host, one flat array per parameter family. Arrays are not
 * copied.
 *
 * @param means [N, 3] world units
 * @param quats [N, 4] wxyz, local to world, unnormalised
 * @param logScales [N, 3] ln of world units
 * @param logitOpacities [N] opacity before the sigmoid
 * @param shCoefficients [N, K, 3], K = (shDegree + 1)²
 * @param shDegree 0 to 3
 * @param maskLogits [N, 4] before the sigmoid, or empty: {@link LearnedMasks}
 */
public record Gaussians(
    float[] means,
    float[] quats,
    float[] logScales,
    float[] logitOpacities,
    float[] shCoefficients,
    int shDegree,
    float[] maskLogits) {

  public Gaussians {
    checkArgument(0 <= shDegree && shDegree <= 3, "Invalid SH degree: %s", shDegree);
    int n = logitOpacities.length;
    checkLength("means", means, n, 3);
    checkLength("quats", quats, n, 4);
    checkLength("logScales", logScales, n, 3);
    checkLength("shCoefficients", shCoefficients, n, 3 * SphericalHarmonics.count(shDegree));
    if (maskLogits.length > 0) {
      checkLength("maskLogits", maskLogits, n, LearnedMasks.WIDTH);
    }
  }

  /** Gaussians without masks. */
  public Gaussians(
      float[] means,
      float[] quats,
      float[] logScales,
      float[] logitOpacities,
      float[] shCoefficients,
      int shDegree) {
    this(means, quats, logScales, logitOpacities, shCoefficients, shDegree, new float[0]);
  }

  private static void checkLength(String name, float[] array, int n, int width) {
    checkArgument(
        array.length == (long) n * width,
        "Invalid %s: length %s is not %s x %s Gaussians",
        name,
        array.length,
        width,
        n);
  }

  /** {@code n} Gaussians of zeros. */
  public static Gaussians zeros(int n, int shDegree) {
    return new Gaussians(
        new float[3 * n],
        new float[4 * n],
        new float[3 * n],
        new float[n],
        new float[n * 3 * SphericalHarmonics.count(shDegree)],
        shDegree);
  }

  /** {@code n} Gaussians of zeros with the same degree as these, with masks if these have them. */
  public Gaussians zerosAlike(int n) {
    Gaussians zeros = zeros(n, shDegree);
    return hasMasks() ? zeros.withMasks(0) : zeros;
  }

  /** The same Gaussians, their arrays shared, with all mask logits at {@code logit}. */
  public Gaussians withMasks(float logit) {
    float[] logits = new float[LearnedMasks.WIDTH * size()];
    Arrays.fill(logits, logit);
    return withMasks(logits);
  }

  /** The same Gaussians, their arrays shared, with these mask logits, [N, 4] or none. */
  public Gaussians withMasks(float[] logits) {
    return new Gaussians(means, quats, logScales, logitOpacities, shCoefficients, shDegree, logits);
  }

  /** Whether masks are learned. */
  public boolean hasMasks() {
    return maskLogits.length > 0;
  }

  /** N. */
  public int size() {
    return logitOpacities.length;
  }

  /** The array of one family; not a copy. */
  public float[] array(ParameterFamily family) {
    return switch (family) {
      case MEANS -> means;
      case QUATS -> quats;
      case LOG_SCALES -> logScales;
      case LOGIT_OPACITIES -> logitOpacities;
      case SH_COEFFICIENTS -> shCoefficients;
      case MASK_LOGITS -> maskLogits;
    };
  }

  /** Floats of one Gaussian in a family. */
  public int width(ParameterFamily family) {
    return switch (family) {
      case SH_COEFFICIENTS -> 3 * SphericalHarmonics.count(shDegree);
      case MASK_LOGITS -> hasMasks() ? LearnedMasks.WIDTH : 0;
      case MEANS, QUATS, LOG_SCALES, LOGIT_OPACITIES -> family.width();
    };
  }

  /** A deep copy. */
  public Gaussians copy() {
    return new Gaussians(
        means.clone(),
        quats.clone(),
        logScales.clone(),
        logitOpacities.clone(),
        shCoefficients.clone(),
        shDegree,
        maskLogits.clone());
  }

  /**
   * New Gaussians: row i of the result is row {@code rows[i]} of these. A negative entry gives a
   * row of zeros.
   */
  public Gaussians rows(int[] rows) {
    Gaussians result = zerosAlike(rows.length);
    for (ParameterFamily family : ParameterFamily.values()) {
      copyRows(array(family), width(family), rows, result.array(family));
    }
    return result;
  }

  private static void copyRows(float[] from, int width, int[] rows, float[] to) {
    for (int i = 0; i < rows.length; i++) {
      if (rows[i] >= 0) {
        System.arraycopy(from, rows[i] * width, to, i * width, width);
      }
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Gaussians that
        && shDegree == that.shDegree
        && Arrays.equals(means, that.means)
        && Arrays.equals(quats, that.quats)
        && Arrays.equals(logScales, that.logScales)
        && Arrays.equals(logitOpacities, that.logitOpacities)
        && Arrays.equals(shCoefficients, that.shCoefficients)
        && Arrays.equals(maskLogits, that.maskLogits);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(means) + Arrays.hashCode(shCoefficients);
  }

  @Override
  public String toString() {
    return "Gaussians[%d, SH degree %d]".formatted(size(), shDegree);
  }
}
