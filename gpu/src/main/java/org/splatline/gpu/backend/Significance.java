package org.splatline.gpu.backend;

/** The part of {@link SplatModel#significance} that every backend computes on the host. */
public final class Significance {
  private Significance() {}

  /**
   * Multiplies how much of each Gaussian is visible by a power of its volume, in place.
   *
   * @param shown [N]
   * @param rows [N, width]; a row holds the logarithms of a Gaussian's scales from column {@code
   *     first} on
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
