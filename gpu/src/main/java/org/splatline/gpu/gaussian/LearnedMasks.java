package org.splatline.gpu.gaussian;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Learned masks: they show which Gaussians, and which bands of their coefficients, a model does not
 * need (Lee et al. 2024, "Compact 3D Gaussian Representation for Radiance Field", section 3.1;
 * bands: Trick-GS, Armagan et al. 2025).
 *
 * <p>A Gaussian has four mask logits: one for its volume, then one for each of bands 1, 2, 3. A
 * mask M is 1 where sigmoid(logit) is above a threshold, and 0 elsewhere; its gradient is that of
 * the sigmoid. The volume's M multiplies opacity and scales, a band's M its coefficients. A mask
 * that became 0 stays 0: the step that masks a Gaussian sets its opacity to {@link #HIDDEN_LOGIT},
 * so that it is not drawn and the next densification prunes it; the step that masks a band sets its
 * coefficients to 0.
 */
public final class LearnedMasks {
  /** Mask logits per Gaussian. */
  public static final int WIDTH = 4;

  /** Index of the volume's logit. The logit of band b is at index b. */
  public static final int VOLUME = 0;

  /** Initial logit: a sigmoid of 0.73, as in the code of Lee et al. 2024. */
  public static final float START_LOGIT = 1;

  /** Opacity logit of a masked Gaussian: 1e-13 after the sigmoid, too small to be drawn or kept. */
  public static final float HIDDEN_LOGIT = -30;

  private LearnedMasks() {}

  /**
   * The highest logit that masks.
   *
   * @param threshold threshold of the sigmoid, in (0, 1)
   */
  public static float logitLimit(double threshold) {
    return (float) Math.log(threshold / (1 - threshold));
  }

  /** Whether a logit masks. A NaN masks too. */
  public static boolean isMasked(float logit, float limit) {
    return !(logit > limit);
  }

  /** The rows whose volume is not masked, in order. */
  public static int[] shown(Gaussians gaussians, float limit) {
    float[] logits = gaussians.maskLogits();
    return IntStream.range(0, gaussians.size())
        .filter(n -> !isMasked(logits[WIDTH * n + VOLUME], limit))
        .toArray();
  }

  /** Sets the masked bands of row {@code n} to 0 in {@code values}, shaped as coefficients. */
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
   * Applies the masks. It removes masked Gaussians, sets masked bands to zero, removes the highest
   * bands that are zero in all Gaussians, and removes the masks.
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
