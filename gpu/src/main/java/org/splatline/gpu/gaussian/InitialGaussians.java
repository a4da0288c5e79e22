package org.splatline.gpu.gaussian;

import org.splatline.gpu.scene.SparsePoints;

/**
 * The Gaussians that training starts from, one per point: spheres whose size is the root mean
 * square distance to the three nearest neighbours, with opacity 0.1 and the point's colour in band
 * 0 (Kerbl et al. 2023, section 5.1).
 */
public final class InitialGaussians {
  private static final float OPACITY = 0.1f;
  private static final double MIN_SQUARED_DISTANCE = 1e-7;

  private InitialGaussians() {}

  /** One Gaussian per point, with zeros in the bands from 1 to {@code shDegree}. */
  public static Gaussians from(SparsePoints points, int shDegree) {
    int n = points.size();
    Gaussians gaussians = Gaussians.zeros(n, shDegree);
    NearestNeighbours neighbours = new NearestNeighbours(points.positions());
    int width = gaussians.width(ParameterFamily.SH_COEFFICIENTS);
    System.arraycopy(points.positions(), 0, gaussians.means(), 0, 3 * n);
    for (int i = 0; i < n; i++) {
      gaussians.quats()[4 * i] = 1;
      gaussians.logitOpacities()[i] = (float) Math.log(OPACITY / (1 - OPACITY));
      double squared = neighbours.meanSquaredDistance(i, 3);
      if (Double.isInfinite(squared)) {
        squared = 1; // a single point has no neighbour to give its size
      }
      float logScale = (float) (0.5 * Math.log(Math.max(MIN_SQUARED_DISTANCE, squared)));
      for (int k = 0; k < 3; k++) {
        gaussians.logScales()[3 * i + k] = logScale;
        float color = (points.colors()[3 * i + k] & 0xff) / 255f;
        gaussians.shCoefficients()[width * i + k] = (color - 0.5f) / SphericalHarmonics.C0;
      }
    }
    return gaussians;
  }
}
