package org.splatline.gpu.gaussian;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Learned masks: which Gaussians, and which bands of their coefficients, a model can do without
 * (Lee et al. 2024, «Compact 3D Gaussian Representation for Radiance Field», section 3.1; bands:
 * Trick-GS, Armagan et al. 2025).
 *
 * <p>A Gaussian has four mask logits: of its volume, then of bands 1, 2, 3. A mask is M = 1 where
 * sigmoid(logit) is above a threshold, else 0; its gradient is taken as that of the sigmoid. The
 * volume's M multiplies opacity and scales, a band's M its coefficients. What is masked stays so:
 * the step that masks a Gaussian sets its opacity to {@link #HIDDEN_LOGIT}, so that it isn't drawn
 * and the next densification prunes it; the step that masks a band sets its coefficients to 0.
 */
public final class LearnedMasks {
  /** Mask logits of a Gaussian. */
  public static final int WIDTH = 4;

  /** Of the volume, among a Gaussian's logits; band b's is at b. */
  public static final int VOLUME = 0;

  /** What logits start at: a sigmoid of 0.73 (as in the code of Lee et al. 2024). */
  public static final float START_LOGIT = 1;

  /** A masked Gaussian's opacity before the sigmoid: 1e-13, under any that is drawn or kept. */
  public static final float HIDDEN_LOGIT = -30;

  private LearnedMasks() {}

  /**
   * Up to here a logit masks.
   *
   * @param threshold of its sigmoid, in (0, 1)
   */
  public static float logitLimit(double threshold) {
    return (float) Math.log(threshold / (1 - threshold));
  }

  /** Also a logit that isn't a number. */
  public static boolean isMasked(float logit, float limit) {
    return !(logit > limit);
  }

  /** Rows whose volume isn't masked, in order. */
  public static int[] shown(Gaussians gaussians, float limit) {
    float[] logits = gaussians.maskLogits();
    return IntStream.range(0, gaussians.size())
        .filter(n -> !isMasked(logits[WIDTH * n + VOLUME], limit))
        .toArray();
  }

  /** Zeros the coefficients of row {@code n}'s masked bands; {@code values} are shaped so too. */
  public static void clearBands(Gaussians gaussians, int n, float limit, Gaussians values) {
    int row = n * gaussians.width(ParameterFamily.SH_COEFFICIENTS);
    for (int band = 1; band <= gaussians.shDegree(); band++) {
      if (isMasked(gaussians.maskLogits()[WIDTH * n + band], limit)) {
        Arrays.fill(
            values.shCoefficients(),
            row + 3 * SphericalHarmonics.count(band - 1),
            row + 3 * SphericalHarmonics.count(band),
            0);
      }
    }
  }

  /**
   * What is left of a model with masks: masked Gaussians are gone, masked bands are zero, bands
   * that are zero in all Gaussians are gone from the highest down, and so are the masks.
   */
  public static Gaussians applied(Gaussians gaussians, float limit) {
    Gaussians left = gaussians.rows(shown(gaussians, limit));
    for (int n = 0; n < left.size(); n++) {
      clearBands(left, n, limit, left);
    }
    return ofDegree(left, usedDegree(left)).withMasks(new float[0]);
  }

  private static int usedDegree(Gaussians gaussians) {
    int width = gaussians.width(ParameterFamily.SH_COEFFICIENTS);
    float[] sh = gaussians.shCoefficients();
    int degree = gaussians.shDegree();
    while (degree > 0) {
      int from = 3 * SphericalHarmonics.count(degree - 1);
      int until = 3 * SphericalHarmonics.count(degree);
      if (IntStream.range(0, sh.length)
          .anyMatch(i -> from <= i % width && i % width < until && sh[i] != 0)) {
        break;
      }
      degree--;
    }
    return degree;
  }

  private static Gaussians ofDegree(Gaussians gaussians, int degree) {
    int width = gaussians.width(ParameterFamily.SH_COEFFICIENTS);
    int kept = 3 * SphericalHarmonics.count(degree);
    float[] sh = new float[kept * gaussians.size()];
    for (int n = 0; n < gaussians.size(); n++) {
      System.arraycopy(gaussians.shCoefficients(), n * width, sh, n * kept, kept);
    }
    return new Gaussians(
        gaussians.means(),
        gaussians.quats(),
        gaussians.logScales(),
        gaussians.logitOpacities(),
        sh,
        degree,
        gaussians.maskLogits());
  }
}
