package org.splatline.gpu.gaussian;

/**
 * Rotates spherical harmonics, band by band. For directions d, basis(R·d) = M·basis(d), where M is
 * orthogonal and has one block per band. Coefficients c become M·c, so that colour(R·d) after the
 * rotation equals colour(d) before it.
 *
 * <p>M is computed by projection, M = ∫ basis(R·d) basis(d)ᵀ dd over the sphere, and not by the
 * recurrences of Ivanic and Ruedenberg 1996. The integrand is a polynomial of degree 6 at most, for
 * which 4 Gauss-Legendre heights of 8 directions each are exact (McLaren 1963). The computation is
 * in double, except for the basis, which is the renderer's: the error is below 1e-6.
 */
final class HarmonicRotation {
  private static final double INNER = 2 / 7.0 * Math.sqrt(6 / 5.0);
  private static final double[] HEIGHTS = {
    -Math.sqrt(3 / 7.0 + INNER),
    -Math.sqrt(3 / 7.0 - INNER),
    Math.sqrt(3 / 7.0 - INNER),
    Math.sqrt(3 / 7.0 + INNER)
  };
  private static final double OUTER_WEIGHT = (18 - Math.sqrt(30)) / 36;
  private static final double INNER_WEIGHT = (18 + Math.sqrt(30)) / 36;
  private static final double[] WEIGHTS = {OUTER_WEIGHT, INNER_WEIGHT, INNER_WEIGHT, OUTER_WEIGHT};
  private static final int AZIMUTHS = 8;

  private final int degree;
  private final double[][] matrix; // [K][K], one block per band; the rest is unused

  /**
   * @param degree 0 to 3
   * @param rotation [3, 3] row-major
   */
  HarmonicRotation(int degree, double[] rotation) {
    int count = SphericalHarmonics.count(degree);
    this.degree = degree;
    this.matrix = new double[count][count];
    float[] before = new float[count];
    float[] after = new float[count];
    for (int i = 0; i < HEIGHTS.length; i++) {
      double radius = Math.sqrt(1 - HEIGHTS[i] * HEIGHTS[i]);
      for (int j = 0; j < AZIMUTHS; j++) {
        double azimuth = 2 * Math.PI * j / AZIMUTHS;
        double[] d = {radius * Math.cos(azimuth), radius * Math.sin(azimuth), HEIGHTS[i]};
        basis(d[0], d[1], d[2], before);
        basis(row(rotation, 0, d), row(rotation, 3, d), row(rotation, 6, d), after);
        addProduct(WEIGHTS[i] * 2 * Math.PI / AZIMUTHS, after, before);
      }
    }
  }

  private void basis(double x, double y, double z, float[] basis) {
    SphericalHarmonics.basis(degree, (float) x, (float) y, (float) z, basis);
  }

  private static double row(double[] m, int from, double[] v) {
    return m[from] * v[0] + m[from + 1] * v[1] + m[from + 2] * v[2];
  }

  private void addProduct(double weight, float[] after, float[] before) {
    for (int k = 0; k < after.length; k++) {
      for (int l = 0; l < before.length; l++) {
        matrix[k][l] += weight * after[k] * before[l];
      }
    }
  }

  /**
   * Rotates one Gaussian's coefficients. Band 0 keeps its bits.
   *
   * @param from [.., K, 3]
   * @param first index of the Gaussian's first coefficient, in both arrays
   * @param to another array of the same shape; overwritten from {@code first} on
   */
  void apply(float[] from, int first, float[] to) {
    System.arraycopy(from, first, to, first, 3);
    for (int band = 1; band <= degree; band++) {
      int begin = SphericalHarmonics.count(band - 1);
      int end = SphericalHarmonics.count(band);
      for (int k = begin; k < end; k++) {
        for (int channel = 0; channel < 3; channel++) {
          double sum = 0;
          for (int l = begin; l < end; l++) {
            sum += matrix[k][l] * from[first + 3 * l + channel];
          }
          to[first + 3 * k + channel] = (float) sum;
        }
      }
    }
  }
}
