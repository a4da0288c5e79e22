package org.splatline.gpu.train;

import java.util.Arrays;
import java.util.Comparator;
import org.splatline.gpu.gaussian.Gaussians;

/**
 * Chooses the Gaussians that matter (LightGaussian, Fan et al. 2024, section 3.2): by what they
 * show of themselves over all training views, times a power of their volume.
 */
final class SignificancePruner {
  private SignificancePruner() {}

  /**
   * The rows that stay, ascending.
   *
   * @param shown [N] opacity times transmittance, summed over views and pixels
   * @param volumeExponent of the product of the three scales
   * @param kept how many stay, at most N; of equal scores the first
   */
  static int[] rows(double[] shown, Gaussians gaussians, double volumeExponent, int kept) {
    double[] scores = new double[shown.length];
    Integer[] order = new Integer[shown.length];
    for (int n = 0; n < shown.length; n++) {
      float[] s = gaussians.logScales();
      double logVolume = (double) s[3 * n] + s[3 * n + 1] + s[3 * n + 2];
      double score = shown[n] * Math.exp(volumeExponent * logVolume);
      scores[n] = Double.isFinite(score) ? score : 0;
      order[n] = n;
    }
    Arrays.sort(
        order, Comparator.<Integer>comparingDouble(n -> -scores[n]).thenComparingInt(n -> n));
    return Arrays.stream(order).limit(kept).mapToInt(n -> n).sorted().toArray();
  }
}
