package org.splatline.gpu.picture;

/** Rounding to bytes. */
final class Rounding {
  private Rounding() {}

  /** {@code sum / weight} to the nearest, halves up; 0 without weight. */
  static byte quotient(long sum, long weight) {
    return weight == 0 ? 0 : (byte) ((2 * sum + weight) / (2 * weight));
  }
}
