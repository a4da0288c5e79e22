package org.splatline.gpu.format;

/**
 * Rounding of parameters to a few bits, as several file formats do it, and back. All results are
 * finite for finite codes.
 */
final class Quantisation {
  private static final double C0 = 0.5 / Math.sqrt(Math.PI); // the SH basis of band 0
  private static final float QUARTER_STEP = 0.25f / 255;

  private Quantisation() {}

  /** The nearest of 0 to 255. */
  static int toByte(double value) {
    return (int) Math.max(0, Math.min(255, Math.round(value)));
  }

  /** An opacity in 255 steps, from its value before the sigmoid. */
  static int opacity(float logitOpacity) {
    return toByte(255 / (1 + Math.exp(-logitOpacity)));
  }

  /**
   * The opacity before the sigmoid of a code from 0 to 255. Opacities of 0 and 1 have none that is
   * finite; their codes stand for the middle of the half step that they are rounded from.
   */
  static float logitOpacity(int code) {
    double opacity = Math.max(QUARTER_STEP, Math.min(1 - QUARTER_STEP, code / 255.0));
    return (float) Math.log(opacity / (1 - opacity));
  }

  /**
   * Copies a quaternion at unit length.
   *
   * @param quats [N, 4] wxyz
   * @param i its row
   * @param unit [4] wxyz, overwritten; no rotation if the quaternion has no length
   */
  static void unitQuat(float[] quats, int i, double[] unit) {
    double squares = 0;
    for (int k = 0; k < 4; k++) {
      unit[k] = quats[4 * i + k];
      squares += unit[k] * unit[k];
    }
    if (squares == 0) {
      unit[0] = 1;
      return;
    }
    for (int k = 0; k < 4; k++) {
      unit[k] /= Math.sqrt(squares);
    }
  }

  /** The index of the component with the largest magnitude; the first of equal ones. */
  static int largest(double[] quat) {
    int largest = 0;
    for (int k = 1; k < 4; k++) {
      if (Math.abs(quat[k]) > Math.abs(quat[largest])) {
        largest = k;
      }
    }
    return largest;
  }

  /** The nearest of 2^bits steps from 0 to 1; values outside are clamped. */
  static int toSteps(double value, int bits) {
    int last = (1 << bits) - 1;
    return (int) Math.max(0, Math.min(last, Math.round(value * last)));
  }

  /** The value from 0 to 1 that the lowest {@code bits} bits of {@code steps} stand for. */
  static double fromSteps(int steps, int bits) {
    int last = (1 << bits) - 1;
    return (double) (steps & last) / last;
  }

  /** The opacity of a value before the sigmoid. */
  static double sigmoid(double logitOpacity) {
    return 1 / (1 + Math.exp(-logitOpacity));
  }

  /** The base colour, 0 to 1 if it can be shown, of an SH coefficient of band 0. */
  static double color(double coefficient) {
    return 0.5 + C0 * coefficient;
  }

  /** The SH coefficient of band 0 of a base colour. */
  static float coefficient(double color) {
    return (float) ((color - 0.5) / C0);
  }
}
