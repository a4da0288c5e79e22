package org.splatline.gpu.synthetic;

/**
 * Radial distortion as COLMAP's OPENCV model with p1 = p2 = 0: a point at (x, y) of the plane z = 1
 * appears at (x, y) · (1 + k1 r² + k2 r⁴), where r is its distance from the axis.
 */
record Lens(double k1, double k2) {
  static final Lens PERFECT = new Lens(0, 0);
  private static final int NEWTON_STEPS = 6; // for |k1| r² < 0.1 the last step changes nothing

  double distorted(double radius) {
    double square = radius * radius;
    return radius * (1 + k1 * square + k2 * square * square);
  }

  /** The radius that {@link #distorted} maps to this one. */
  double undistorted(double seen) {
    if (k1 == 0 && k2 == 0) {
      return seen;
    }
    double radius = seen;
    for (int i = 0; i < NEWTON_STEPS; i++) {
      double square = radius * radius;
      double slope = 1 + 3 * k1 * square + 5 * k2 * square * square;
      radius -= (distorted(radius) - seen) / slope;
    }
    return radius;
  }
}
