package org.splatline.gpu.gaussian;

import java.util.Arrays;

/**
 * The order of Gaussians along a Morton curve (Morton 1966) through the box around their means, so
 * that neighbours in space become neighbours in memory. The box is a grid of 1024³ cells, ordered
 * by the interleaved bits of their coordinates, x lowest. Gaussians of one cell keep the order of
 * their indices; those with non-finite means come last.
 */
public final class MortonOrder {
  private static final int CELLS = 1024;
  private static final int LAST = 1 << 30;

  private MortonOrder() {}

  /**
   * The grid along one axis.
   *
   * @param low its lowest coordinate, world units
   * @param scale cells per world unit; 0 if all means are equal
   */
  public record Axis(float low, float scale) {
    /** The grid from the smallest to the largest mean. */
    public static Axis between(float low, float high) {
      float extent = high - low;
      return new Axis(low, extent > 0 ? Math.min(CELLS / extent, Float.MAX_VALUE) : 0);
    }

    private int cell(float value) {
      float at = (value - low) * scale;
      return at < CELLS - 1 ? (int) at : CELLS - 1;
    }
  }

  /** The rows in their new order, for {@code means} [N, 3]. */
  public static int[] rows(float[] means) {
    int n = means.length / 3;
    Axis[] axes = {axis(means, 0), axis(means, 1), axis(means, 2)};
    long[] keys = new long[n];
    for (int i = 0; i < n; i++) {
      keys[i] = (long) code(means, i, axes) << 32 | i;
    }
    Arrays.sort(keys);
    int[] rows = new int[n];
    for (int i = 0; i < n; i++) {
      rows[i] = (int) keys[i];
    }
    return rows;
  }

  private static Axis axis(float[] means, int k) {
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < means.length / 3; i++) {
      if (isFinite(means, i)) {
        low = Math.min(low, means[3 * i + k]);
        high = Math.max(high, means[3 * i + k]);
      }
    }
    return Axis.between(low, high);
  }

  private static boolean isFinite(float[] means, int i) {
    return Float.isFinite(means[3 * i])
        && Float.isFinite(means[3 * i + 1])
        && Float.isFinite(means[3 * i + 2]);
  }

  private static int code(float[] means, int i, Axis[] axes) {
    if (!isFinite(means, i)) {
      return LAST;
    }
    int code = 0;
    for (int k = 0; k < 3; k++) {
      code |= spread(axes[k].cell(means[3 * i + k])) << k;
    }
    return code;
  }

  /** Spreads the lowest ten bits, with two zero bits between neighbours. */
  private static int spread(int value) {
    int v = (value | value << 16) & 0x030000ff;
    v = (v | v << 8) & 0x0300f00f;
    v = (v | v << 4) & 0x030c30c3;
    return (v | v << 2) & 0x09249249;
  }
}
