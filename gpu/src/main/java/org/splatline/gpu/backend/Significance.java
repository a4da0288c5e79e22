package org.splatline.gpu.backend;

/** The part of {@link SplatModel#significance} that every backend leaves to the host. */
public final class Significance {
  private Significance() {}

  /**
   * Weighs what Gaussians show of themselves, in place.
   *
   * @param shown [N]
   * @param rows [N, width], the logarithms of a Gaussian's scales from {@code first} on
   * @param exponent of the product of the three scales
   */
  public static void weigh(double[] shown, float[] rows, int width, int first, double exponent) {
    for (int n = 0; n < shown.length; n++) {
      int at = n * width + first;
      double logVolume = (double) rows[at] + rows[at + 1] + rows[at + 2];
      double score = shown[n] * Math.exp(exponent * logVolume);
      shown[n] = Double.isFinite(score) ? score : 0;
    }
  }
}
