package org.splatline.gpu.geo;

import static org.splatline.gpu.Checks.checkArgument;

import java.util.Optional;

/**
 * The similarity that maps one set of points to another with the least sum of squared distances:
 * the minimum of Umeyama 1991, "Least-squares estimation of transformation parameters between two
 * point patterns". Its rotation is computed as in Horn 1987, "Closed-form solution of absolute
 * orientation using unit quaternions", section 4: the eigenvector of a symmetric 4x4 matrix. That
 * is never a reflection, so points of one plane need no special case.
 */
final class SimilarityFit {
  /** Points closer than this share of their distance from the origin count as one point. */
  private static final double ROUNDING = 1e-12;

  private SimilarityFit() {}

  /**
   * Fits; does not check whether the points determine the rotation: see {@link GeoAligner}.
   *
   * @param from [n][3]
   * @param to [n][3], in the same order
   * @return empty if all of {@code from} or all of {@code to} are one point
   */
  static Optional<Similarity> fit(double[][] from, double[][] to) {
    checkArgument(
        from.length == to.length && from.length > 0,
        "Invalid point pairs: %s and %s points",
        from.length,
        to.length);
    double[] fromMean = PointCloud.mean(from);
    double[] toMean = PointCloud.mean(to);
    double[][] source = PointCloud.centered(from, fromMean);
    double[][] target = PointCloud.centered(to, toMean);
    double sourceSquares = squares(source);
    if (isOnePoint(sourceSquares, fromMean, from.length)
        || isOnePoint(squares(target), toMean, to.length)) {
      return Optional.empty();
    }
    SymmetricEigen eigen = SymmetricEigen.of(hornMatrix(PointCloud.products(source, target)));
    double scale = eigen.values()[0] / sourceSquares; // the eigenvalue is Σ target · R · source
    if (!(scale > 0)) {
      return Optional.empty();
    }
    Similarity turned = new Similarity(scale, eigen.vectors()[0], new double[3]);
    double[] moved = turned.apply(fromMean);
    for (int k = 0; k < 3; k++) {
      moved[k] = toMean[k] - moved[k];
    }
    return Optional.of(new Similarity(scale, turned.quaternion(), moved));
  }

  private static double squares(double[][] points) {
    double sum = 0;
    for (double[] p : points) {
      sum += p[0] * p[0] + p[1] * p[1] + p[2] * p[2];
    }
    return sum;
  }

  private static boolean isOnePoint(double squares, double[] mean, int n) {
    double far = PointCloud.distance(mean, new double[3]);
    return !(squares > n * ROUNDING * ROUNDING * far * far);
  }

  /** Horn's N, [4][4], of S = Σ source · targetᵀ. */
  private static double[][] hornMatrix(double[][] s) {
    double x = s[1][2] - s[2][1];
    double y = s[2][0] - s[0][2];
    double z = s[0][1] - s[1][0];
    double xy = s[0][1] + s[1][0];
    double xz = s[2][0] + s[0][2];
    double yz = s[1][2] + s[2][1];
    return new double[][] {
      {s[0][0] + s[1][1] + s[2][2], x, y, z},
      {x, s[0][0] - s[1][1] - s[2][2], xy, xz},
      {y, xy, s[1][1] - s[0][0] - s[2][2], yz},
      {z, xz, yz, s[2][2] - s[0][0] - s[1][1]}
    };
  }
}
