package org.splatline.gpu.format;

import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.SphericalHarmonics;

/** The codes of a .sog for positions and rotations, and what readers make of them. */
final class SogCodes {
  private static final int STEPS = 65_535;

  private SogCodes() {}

  /**
   * The box of positions: of sign(x) · ln(1 + |x|), which is divided into 65,535 steps.
   *
   * @param mins [3]
   * @param maxs [3]
   */
  record Box(double[] mins, double[] maxs) {

    /** The box of all means; zeros if there are none. */
    static Box of(Gaussians gaussians) {
      double[] mins = new double[3];
      double[] maxs = new double[3];
      for (int k = 0; k < 3 && gaussians.size() > 0; k++) {
        mins[k] = Double.POSITIVE_INFINITY;
        maxs[k] = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < gaussians.size(); i++) {
          double value = logarithm(gaussians.means()[3 * i + k]);
          mins[k] = Math.min(mins[k], value);
          maxs[k] = Math.max(maxs[k], value);
        }
      }
      return new Box(mins, maxs);
    }

    private static double logarithm(float value) {
      return Math.copySign(Math.log1p(Math.abs((double) value)), value);
    }

    /** The 16 bits of a coordinate along axis {@code k}. */
    int code(float coordinate, int k) {
      double extent = maxs[k] - mins[k];
      double steps = extent > 0 ? STEPS * ((logarithm(coordinate) - mins[k]) / extent) : 0;
      return (int) Math.max(0, Math.min(STEPS, Math.round(steps)));
    }

    /** The coordinate along axis {@code k} of 16 bits. */
    float coordinate(int code, int k) {
      double value = mins[k] + (double) code / STEPS * (maxs[k] - mins[k]);
      return (float) Math.copySign(Math.expm1(Math.abs(value)), value);
    }
  }

  /**
   * The pixel of a rotation, ARGB: the index of the largest component, and the three others. They
   * are rounded so that the largest one stays the largest: else what is read would be rounded once
   * more when it is written.
   */
  static int quat(Gaussians gaussians, int i) {
    double[] wxyz = new double[4];
    Quantisation.unitQuat(gaussians.quats(), i, wxyz);
    int largest = Quantisation.largest(wxyz);
    double sign = wxyz[largest] < 0 ? -1 : 1;
    int[] codes = new int[3];
    for (int k = 0, to = 0; k < 4; k++) {
      if (k != largest) {
        codes[to++] = Quantisation.toByte(255 * (sign * wxyz[k] / Math.sqrt(2) + 0.5));
      }
    }
    for (int k = farthest(codes); !isBelowRest(codes, k); k = farthest(codes)) {
      codes[k] += codes[k] > 127 ? -1 : 1;
    }
    return (SogMeta.FIRST_MODE + largest) << 24 | codes[0] << 16 | codes[1] << 8 | codes[2];
  }

  private static int farthest(int[] codes) {
    int farthest = 0;
    for (int k = 1; k < codes.length; k++) {
      if (size(codes[k]) > size(codes[farthest])) {
        farthest = k;
      }
    }
    return farthest;
  }

  /** The magnitude of a component, in units of √½ / 255. */
  private static int size(int code) {
    return Math.abs(2 * code - 255);
  }

  /** Whether a component is smaller than what the three of them leave to the largest. */
  private static boolean isBelowRest(int[] codes, int k) {
    int squares = 0;
    for (int code : codes) {
      squares += size(code) * size(code);
    }
    return squares + size(codes[k]) * size(codes[k]) < 2 * 255 * 255;
  }

  /** Sets a rotation from its pixel, whose alpha is a mode. */
  static void setQuat(int argb, Gaussians gaussians, int i) {
    int largest = (argb >>> 24) - SogMeta.FIRST_MODE;
    float[] quats = gaussians.quats();
    double squares = 0;
    int shift = 16;
    for (int k = 0; k < 4; k++) {
      if (k != largest) {
        double value = ((argb >> shift & 255) / 255.0 - 0.5) * Math.sqrt(2);
        shift -= 8;
        quats[4 * i + k] = (float) value;
        squares += value * value;
      }
    }
    quats[4 * i + largest] = (float) Math.sqrt(Math.max(0, 1 - squares));
  }

  /** [3 N] band 0 of the spherical harmonics. */
  static float[] colours(Gaussians gaussians) {
    int stride = 3 * SphericalHarmonics.count(gaussians.shDegree());
    float[] colours = new float[3 * gaussians.size()];
    for (int i = 0; i < gaussians.size(); i++) {
      System.arraycopy(gaussians.shCoefficients(), stride * i, colours, 3 * i, 3);
    }
    return colours;
  }
}
