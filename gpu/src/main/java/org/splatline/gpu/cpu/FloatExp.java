package org.splatline.gpu.cpu;

/**
 * Computes e to the power of a float at or below 0, in float: {@code 2^k · e^r} with |r| at most ln
 * 2 / 2 and Taylor's polynomial of degree 7. Within 2e-7 of the true value, relative; several times
 * faster than {@link Math#exp}, and the same on every machine.
 */
final class FloatExp {
  private static final float LOG2_E = 1.442695f;
  private static final float LN2_HIGH = 0.69314575f; // few bits, so that k · LN2_HIGH is exact
  private static final float LN2_LOW = 1.4286068e-6f;

  private FloatExp() {}

  /** Returns 0 below -87, where floats end. */
  static float of(float x) {
    if (!(x > -87)) {
      return 0;
    }
    int k = (int) (x * LOG2_E - 0.5f); // rounds towards 0: to nearest, as x is negative
    float r = x - k * LN2_HIGH - k * LN2_LOW;
    float p =
        1
            + r
                * (1
                    + r
                        * (1 / 2f
                            + r
                                * (1 / 6f
                                    + r
                                        * (1 / 24f
                                            + r * (1 / 120f + r * (1 / 720f + r * (1 / 5040f)))))));
    return p * Float.intBitsToFloat((k + 127) << 23);
  }
}
