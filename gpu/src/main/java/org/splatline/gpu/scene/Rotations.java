package org.splatline.gpu.scene;

/** Matrices [3, 3], row-major. */
final class Rotations {
  private static final double TOLERANCE = 1e-3; // files round to six digits or so

  private Rotations() {}

  /** Whether rows have length 1, stand square on each other and keep the hand. */
  static boolean isRotation(double[] m) {
    boolean square = true;
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j <= i; j++) {
        double dot = 0;
        for (int k = 0; k < 3; k++) {
          dot += m[3 * i + k] * m[3 * j + k];
        }
        square &= Math.abs(dot - (i == j ? 1 : 0)) < TOLERANCE; // NaN is not below
      }
    }
    return square && determinant(m) > 0;
  }

  static double determinant(double[] m) {
    return m[0] * (m[4] * m[8] - m[5] * m[7])
        - m[1] * (m[3] * m[8] - m[5] * m[6])
        + m[2] * (m[3] * m[7] - m[4] * m[6]);
  }

  /**
   * wxyz, from the largest of the four squared components (Shepperd 1978), which never divides by a
   * small number.
   */
  static double[] toQuaternion(double[] m) {
    double[] squares = {
      1 + m[0] + m[4] + m[8], 1 + m[0] - m[4] - m[8], 1 - m[0] + m[4] - m[8], 1 - m[0] - m[4] + m[8]
    };
    int largest = 0;
    for (int i = 1; i < 4; i++) {
      largest = squares[i] > squares[largest] ? i : largest;
    }
    double wx = m[7] - m[5];
    double wy = m[2] - m[6];
    double wz = m[3] - m[1];
    double xy = m[1] + m[3];
    double xz = m[2] + m[6];
    double yz = m[5] + m[7];
    double[] q =
        switch (largest) {
          case 0 -> new double[] {squares[0], wx, wy, wz};
          case 1 -> new double[] {wx, squares[1], xy, xz};
          case 2 -> new double[] {wy, xy, squares[2], yz};
          default -> new double[] {wz, xz, yz, squares[3]};
        };
    double length = Math.sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3]);
    for (int i = 0; i < 4; i++) {
      q[i] /= length;
    }
    return q;
  }
}
