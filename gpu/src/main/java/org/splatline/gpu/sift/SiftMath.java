package org.splatline.gpu.sift;

/**
 * Functions in float whose operations are each rounded once. sift.cuh has the same ones in the same
 * order, so that both give the same bits. Angles are in turns.
 */
final class SiftMath {
  private static final float LOG2_E = 1.442695f;
  private static final float LN2_HIGH = 0.69314575f; // few bits, so that k · LN2_HIGH is exact
  private static final float LN2_LOW = 1.4286068e-6f;
  private static final float TURN = 6.2831855f; // radians
  private static final float PER_RADIAN = 0.15915494f; // turns

  private SiftMath() {}

  /** e to the power of x, |x| at most 80: 2^k · e^r and Taylor's polynomial. Within 3e-7. */
  static float exp(float x) {
    float k = floor(x * LOG2_E + 0.5f);
    float r = x - k * LN2_HIGH - k * LN2_LOW;
    float p = 1 / 720f;
    p = p * r + 1 / 120f;
    p = p * r + 1 / 24f;
    p = p * r + 1 / 6f;
    p = p * r + 0.5f;
    p = p * r + 1;
    p = p * r + 1;
    return p * Float.intBitsToFloat(((int) k + 127) << 23);
  }

  /** The direction of (x, y), in [0, 1]. Within 1e-7 turns: a polynomial of the least error. */
  static float direction(float x, float y) {
    float wide = Math.abs(x);
    float high = Math.abs(y);
    float longest = Math.max(wide, high);
    if (longest == 0) {
      return 0;
    }
    float z = Math.min(wide, high) / longest;
    float q = z * z;
    float p = 0.0068117473f;
    p = p * q - 0.033604078f;
    p = p * q + 0.0796235f;
    p = p * q - 0.13233332f;
    p = p * q + 0.19807813f;
    p = p * q - 0.33317366f;
    p = p * q + 0.9999961f;
    float turns = p * z * PER_RADIAN;
    turns = high > wide ? 0.25f - turns : turns;
    turns = x < 0 ? 0.5f - turns : turns;
    return y < 0 ? 1 - turns : turns;
  }

  static float cosine(float turns) {
    return sine(turns + 0.25f);
  }

  /** Within 1e-6: Taylor's polynomials of the angle to the nearest quarter of a turn. */
  static float sine(float turns) {
    float quarter = floor(4 * turns + 0.5f);
    float r = (turns - 0.25f * quarter) * TURN;
    float q = r * r;
    int side = (int) quarter & 3;
    float p;
    if ((side & 1) == 0) {
      p = -1 / 5040f;
      p = p * q + 1 / 120f;
      p = p * q - 1 / 6f;
      p = p * q + 1;
      p = p * r;
    } else {
      p = 1 / 40320f;
      p = p * q - 1 / 720f;
      p = p * q + 1 / 24f;
      p = p * q - 0.5f;
      p = p * q + 1;
    }
    return side < 2 ? p : -p;
  }

  static float floor(float x) {
    return (float) Math.floor(x);
  }

  static float root(float x) {
    return (float) Math.sqrt(x); // rounded as a root in float
  }
}
