package org.splatline.gpu.cuda;

/**
 * Converts coefficients and their moments to and from 16 bits, as coefficients.cuh does: a first
 * moment is stored times {@code MOMENT_UNIT}, a second moment as its square root times {@code
 * MOMENT_UNIT}.
 */
final class Coefficients {
  private static final float MOMENT_UNIT = 1 << 20;
  private static final float HALF_MAX = 65504;

  private Coefficients() {}

  /** What a number stands for. */
  enum Kind {
    VALUE,
    FIRST_MOMENT,
    SECOND_MOMENT
  }

  static short[] toHalves(float[] values, Kind kind) {
    short[] halves = new short[values.length];
    for (int i = 0; i < values.length; i++) {
      halves[i] =
          switch (kind) {
            case VALUE -> toHalf(values[i]);
            case FIRST_MOMENT -> toHalf(values[i] * MOMENT_UNIT);
            case SECOND_MOMENT -> toHalf((float) Math.sqrt(values[i]) * MOMENT_UNIT);
          };
    }
    return halves;
  }

  static float[] toFloats(short[] halves, Kind kind) {
    float[] values = new float[halves.length];
    for (int i = 0; i < halves.length; i++) {
      float value = toFloat(halves[i]);
      float moment = value / MOMENT_UNIT;
      values[i] =
          switch (kind) {
            case VALUE -> value;
            case FIRST_MOMENT -> moment;
            case SECOND_MOMENT -> moment * moment;
          };
    }
    return values;
  }

  /**
   * Rounds to the nearest number in 16 bits, ties to even. Finite numbers beyond the range become
   * the largest number.
   */
  static short toHalf(float value) {
    if (Float.isNaN(value)) {
      return 0x7e00;
    }
    int sign = Float.floatToRawIntBits(value) >>> 16 & 0x8000;
    float size = Math.abs(value);
    if (size == Float.POSITIVE_INFINITY) {
      return (short) (sign | 0x7c00);
    }
    size = Math.min(size, HALF_MAX);
    // Adding a number whose last bit is the last bit in 16 bits rounds to that bit.
    int exponent = Math.max(Math.getExponent(size), -14);
    float rounder = Math.scalb(1.5f, exponent + 13);
    float rounded = Math.min(HALF_MAX, size + rounder - rounder);
    if (rounded < 0x1p-14f) {
      return (short) (sign | Math.round(rounded * 0x1p24f));
    }
    int bits = Float.floatToRawIntBits(rounded);
    return (short) (sign | ((bits - (112 << 23)) >>> 13));
  }

  static float toFloat(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = half >>> 10 & 0x1f;
    int mantissa = half & 0x3ff;
    if (exponent == 0) {
      float size = mantissa * 0x1p-24f;
      return sign == 0 ? size : -size;
    }
    int bits =
        exponent == 0x1f
            ? 0x7f800000 | (mantissa << 13)
            : (exponent + 112) << 23 | (mantissa << 13);
    return Float.intBitsToFloat(sign | bits);
  }
}
