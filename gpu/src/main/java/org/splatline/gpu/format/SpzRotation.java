package org.splatline.gpu.format;

/**
 * Rotations of versions 3 and 4: 2 bits for the index of the largest of xyzw, then a sign and 9
 * bits for each other in order, in units of √½ / 511. The largest is positive and not stored.
 * Reading a code and writing it again gives the same code.
 */
final class SpzRotation {
  private static final double STEP = Math.sqrt(0.5) / 511;
  private static final int[] XYZW = {1, 2, 3, 0}; // indices in wxyz
  private static final double FLOATS = 1e-6; // more than floats of a quaternion are rounded by

  private SpzRotation() {}

  /**
   * The code of a quaternion of length 1. Components that are almost as large as the largest are
   * rounded down where they would be larger than what readers find for it.
   */
  static int code(double[] wxyz) {
    int largest = Quantisation.largest(wxyz);
    int[] sizes = new int[4];
    for (int k = 0; k < 4; k++) {
      sizes[k] = k == largest ? 0 : (int) (Math.abs(wxyz[k]) / STEP + 0.5);
    }
    int second = largest(sizes);
    while (sizes[second] * STEP > left(sizes) - FLOATS) {
      sizes[second]--;
      second = largest(sizes);
    }
    int code = (largest + 3) % 4; // its index in xyzw
    for (int k : XYZW) {
      if (k != largest) {
        boolean isNegative = sizes[k] > 0 && wxyz[k] < 0 != wxyz[largest] < 0;
        code = code << 10 | (isNegative ? 512 : 0) | sizes[k];
      }
    }
    return code;
  }

  private static int largest(int[] sizes) {
    int largest = 0;
    for (int k = 1; k < 4; k++) {
      if (sizes[k] > sizes[largest]) {
        largest = k;
      }
    }
    return largest;
  }

  /** The component that makes the length 1. */
  private static double left(int[] sizes) {
    double squares = 0;
    for (int size : sizes) {
      squares += (size * STEP) * (size * STEP);
    }
    return Math.sqrt(Math.max(0, 1 - squares));
  }

  /** Sets quaternion i, wxyz, of a code. */
  static void decode(int code, float[] quats, int i) {
    int largest = code >>> 30; // in xyzw
    int rest = code;
    double squares = 0;
    for (int k = 3; k >= 0; k--) {
      if (k != largest) {
        double value = (rest & 511) * ((rest & 512) == 0 ? STEP : -STEP);
        quats[4 * i + XYZW[k]] = (float) value;
        squares += value * value;
        rest >>>= 10;
      }
    }
    quats[4 * i + XYZW[largest]] = (float) Math.sqrt(Math.max(0, 1 - squares));
  }
}
