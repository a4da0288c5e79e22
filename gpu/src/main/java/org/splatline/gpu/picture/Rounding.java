package org.splatline.gpu.picture;

/** Rounds to bytes. */
final class Rounding {
  private Rounding() {}

  /** {@code sum / weight} rounded to the nearest, halves up; 0 when the weight is 0. */
  static byte quotient(long sum, long weight) {
    return weight == 0 ? 0 : (byte) ((2 * sum + weight) / (2 * weight));
  }
}
