package org.splatline.gpu.scene.colmap;

import java.util.Arrays;

/** Whole numbers in an array that grows by doubling. */
final class IntList {
  private int[] values = new int[1024];
  private int size;

  void add(int value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, 2 * size);
    }
    values[size++] = value;
  }

  int size() {
    return size;
  }

  /** A copy. */
  int[] toArray() {
    return Arrays.copyOf(values, size);
  }
}
