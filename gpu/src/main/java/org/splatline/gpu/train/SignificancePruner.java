package org.splatline.gpu.train;

import java.util.Arrays;

/** Chooses the Gaussians with the highest significance. */
final class SignificancePruner {
  private static final long LOW_WORD = 0xffffffffL;

  private SignificancePruner() {}

  /**
   * The rows to keep, ascending.
   *
   * @param significance [N], not negative; compared as float; of equal ones the first are kept
   * @param kept how many to keep, at most N
   */
  static int[] rows(double[] significance, int kept) {
    int count = significance.length;
    long[] keys = new long[count];
    for (int n = 0; n < count; n++) {
      // Floats that are not negative sort as their bits do. The low word sorts first rows higher.
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
