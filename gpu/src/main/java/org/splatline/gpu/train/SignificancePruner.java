package org.splatline.gpu.train;

import java.util.Arrays;

/** Chooses the Gaussians that matter most. */
final class SignificancePruner {
  private static final long LOW_WORD = 0xffffffffL;

  private SignificancePruner() {}

  /**
   * The rows that stay, ascending.
   *
   * @param significance [N], not negative; compared in float
   * @param kept how many stay, at most N; of equal ones the first
   */
  static int[] rows(double[] significance, int kept) {
    int count = significance.length;
    long[] keys = new long[count];
    for (int n = 0; n < count; n++) {
      // Floats that aren't negative order as their bits do; below them, the first rows last.
      long bits = Float.floatToRawIntBits((float) significance[n]);
      keys[n] = bits << 32 | (LOW_WORD - n);
    }
    Arrays.parallelSort(keys);
    int[] rows = new int[kept];
    for (int i = 0; i < kept; i++) {
      rows[i] = (int) (LOW_WORD - (keys[count - 1 - i] & LOW_WORD));
    }
    Arrays.parallelSort(rows);
    return rows;
  }
}
