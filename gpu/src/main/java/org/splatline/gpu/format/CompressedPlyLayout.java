package org.splatline.gpu.format;

import java.util.List;

/**
 * What readers and writers of a {@code .compressed.ply} share: PlayCanvas' layout at
 * playcanvas/splat-transform 1557f99.
 *
 * <ul>
 *   <li>element {@code chunk}, one for every 256 Gaussians: {@link #BOUNDS} as floats. Scales are
 *       logarithms, colours are 0.5 + C0 · coefficient. The bounds of colours may be absent: 0, 1
 *   <li>element {@code vertex}: {@link #PACKED} as 32-bit words. From the highest bit: position and
 *       scale x, y, z in 11, 10, 11 bits between the chunk's bounds; rotation: 2 bits for the index
 *       of the largest of w, x, y, z, which is positive, then the others in 10 bits each from −√½
 *       to √½; colour: red, green, blue in 8 bits between the bounds, then the opacity in 8 bits
 *   <li>element {@code sh}, if the degree is above 0: f_rest, ordered as in a 3DGS .ply, one byte
 *       each: 256 buckets from −4 to 4
 * </ul>
 */
final class CompressedPlyLayout {
  static final int CHUNK = 256;

  /** Bounds of colours are the last six. */
  static final List<String> BOUNDS =
      List.of(
          "min_x",
          "min_y",
          "min_z",
          "max_x",
          "max_y",
          "max_z",
          "min_scale_x",
          "min_scale_y",
          "min_scale_z",
          "max_scale_x",
          "max_scale_y",
          "max_scale_z",
          "min_r",
          "min_g",
          "min_b",
          "max_r",
          "max_g",
          "max_b");

  static final int BOUNDS_WITHOUT_COLORS = 12;
  static final List<String> PACKED =
      List.of("packed_position", "packed_rotation", "packed_scale", "packed_color");

  private static final int[] BITS = {11, 10, 11};
  private static final int[] SHIFTS = {21, 11, 0};
  private static final double SH_RANGE = 8; // from -4 to 4

  private CompressedPlyLayout() {}

  /** Number of chunks of n Gaussians. */
  static int chunks(int n) {
    return (int) (((long) n + CHUNK - 1) / CHUNK);
  }

  /** Three numbers from 0 to 1 in a word. */
  static int packVector(double[] xyz) {
    int word = 0;
    for (int k = 0; k < 3; k++) {
      word |= Quantisation.toSteps(xyz[k], BITS[k]) << SHIFTS[k];
    }
    return word;
  }

  /** Number k, from 0 to 1, of a word by {@link #packVector}. */
  static double vector(int word, int k) {
    return Quantisation.fromSteps(word >>> SHIFTS[k], BITS[k]);
  }

  /** Four numbers from 0 to 1 in the bytes of a word, the first highest. */
  static int packBytes(double[] rgba) {
    int word = 0;
    for (double value : rgba) {
      word = word << 8 | Quantisation.toSteps(value, 8);
    }
    return word;
  }

  /** Number k, from 0 to 1, of a word by {@link #packBytes}. */
  static double byteOf(int word, int k) {
    return Quantisation.fromSteps(word >>> (24 - 8 * k), 8);
  }

  /** A quaternion of length 1. */
  static int packRotation(double[] wxyz) {
    int largest = Quantisation.largest(wxyz);
    double scale = (wxyz[largest] < 0 ? -1 : 1) * Math.sqrt(0.5);
    int word = largest;
    for (int k = 0; k < 4; k++) {
      if (k != largest) {
        word = word << 10 | Quantisation.toSteps(wxyz[k] * scale + 0.5, 10);
      }
    }
    return word;
  }

  /** Sets quaternion i of {@code quats}; its length is 1 but for rounding. */
  static void unpackRotation(int word, float[] quats, int i) {
    int largest = word >>> 30;
    double squared = 0;
    int shift = 20;
    for (int k = 0; k < 4; k++) {
      if (k != largest) {
        double value = (Quantisation.fromSteps(word >>> shift, 10) - 0.5) * Math.sqrt(2);
        quats[4 * i + k] = (float) value;
        squared += value * value;
        shift -= 10;
      }
    }
    quats[4 * i + largest] = (float) Math.sqrt(Math.max(0, 1 - squared));
  }

  /** The bucket of a coefficient of bands 1 to 3. */
  static byte packCoefficient(double coefficient) {
    return (byte) Math.max(0, Math.min(255, Math.floor((coefficient / SH_RANGE + 0.5) * 256)));
  }

  /** The middle of a bucket; the ends of the range for the first and the last. */
  static float coefficient(byte bucket) {
    int b = bucket & 0xff;
    double share = b == 0 ? 0 : b == 255 ? 1 : (b + 0.5) / 256;
    return (float) ((share - 0.5) * SH_RANGE);
  }
}
