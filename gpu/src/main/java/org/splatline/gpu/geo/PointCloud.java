package org.splatline.gpu.geo;

/** Sums over points in space, each [3]. */
final class PointCloud {
  private PointCloud() {}

  /** The mean, [3], of at least one point. */
  static double[] mean(double[][] points) {
    double[] mean = new double[3];
    for (double[] point : points) {
      for (int k = 0; k < 3; k++) {
        mean[k] += point[k] / points.length;
      }
    }
    return mean;
  }

  /** New points, moved so that {@code mean} is the origin. */
  static double[][] centered(double[][] points, double[] mean) {
    double[][] centered = new double[points.length][3];
    for (int i = 0; i < points.length; i++) {
      for (int k = 0; k < 3; k++) {
        centered[i][k] = points[i][k] - mean[k];
      }
    }
    return centered;
  }

  /** Σ fromᵢ · toᵢᵀ, [3][3]. */
  static double[][] products(double[][] from, double[][] to) {
    double[][] sums = new double[3][3];
    for (int i = 0; i < from.length; i++) {
      for (int row = 0; row < 3; row++) {
        for (int column = 0; column < 3; column++) {
          sums[row][column] += from[i][row] * to[i][column];
        }
      }
    }
    return sums;
  }

  /** Standard deviations along the principal axes, [3], largest first, in the points' unit. */
  static double[] spread(double[][] points) {
    double[][] centered = centered(points, mean(points));
    double[] deviations = SymmetricEigen.of(products(centered, centered)).values();
    for (int k = 0; k < 3; k++) {
      deviations[k] = Math.sqrt(Math.max(0, deviations[k]) / points.length);
    }
    return deviations;
  }

  static double distance(double[] a, double[] b) {
    return Math.hypot(Math.hypot(a[0] - b[0], a[1] - b[1]), a[2] - b[2]);
  }
}
