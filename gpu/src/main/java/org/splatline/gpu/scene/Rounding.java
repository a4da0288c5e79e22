package org.splatline.gpu.scene;

/** Rounding to bytes. */
final class Rounding {
  private Rounding() {}

  /** {@code sum / weight} to the nearest, halves up. */
  static byte quotient(long sum, long weight) {
    return (byte) ((2 * sum + weight) / (2 * weight));
  }
}
