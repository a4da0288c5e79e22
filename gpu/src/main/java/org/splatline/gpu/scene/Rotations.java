package org.splatline.gpu.scene;

/** Computes with matrices, [3, 3] row-major. */
public final class Rotations {
  private static final double TOLERANCE = 1e-3; // files round to about six digits

  private Rotations() {}

  /** Whether a matrix is a rotation: orthonormal rows and a positive determinant. */
  static boolean isRotation(double[] m) {
    boolean isOrthonormal = true;
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j <= i; j++) {
        double dot = 0;
        for (int k = 0; k < 3; k++) {
          dot += m[3 * i + k] * m[3 * j + k];
        }
        isOrthonormal &= Math.abs(dot - (i == j ? 1 : 0)) < TOLERANCE; // false for NaN
      }
    }
    return isOrthonormal && determinant(m) > 0;
  }

  static double determinant(double[] m) {
    return m[0] * (m[4] * m[8] - m[5] * m[7])
        - m[1] * (m[3] * m[8] - m[5] * m[6])
        + m[2] * (m[3] * m[7] - m[4] * m[6]);
  }

  /**
   * The quaternion of a rotation, wxyz, computed from the largest of its four squared components
   * (Shepperd 1978), so that no division is by a small number.
   */
  public static double[] toQuaternion(double[] m) {
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
