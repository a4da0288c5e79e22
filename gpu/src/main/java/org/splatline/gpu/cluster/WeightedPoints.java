package org.splatline.gpu.cluster;

import static org.splatline.gpu.Checks.checkArgument;

/**
 * Points in a space of several dimensions. Arrays are not copied. A point's coordinates lie in a
 * row of a larger array, so that a part of a model's parameters needs no second array.
 *
 * @param values [N, stride] finite
 * @param stride values from one row to the next
 * @param from the first coordinate's place in its row
 * @param width D, the number of coordinates
 * @param weights [N] finite, at least 0: how much a point's squared distance counts
 */
public record WeightedPoints(float[] values, int stride, int from, int width, float[] weights) {
  public WeightedPoints {
    checkArgument(
        0 <= from && 0 < width && from + width <= stride,
        "Invalid points: coordinates %s to %s are not in rows of %s",
        from,
        from + width,
        stride);
    checkArgument(
        values.length == (long) stride * weights.length,
        "Invalid points: length %s is not %s x %s",
        values.length,
        stride,
        weights.length);
  }

  /** The number of points, N. */
  public int size() {
    return weights.length;
  }

  /** The place of a point's first coordinate in {@link #values}. */
  int at(int point) {
    return stride * point + from;
  }

  /** A copy of some points, in the order of {@code rows[start]} to {@code rows[end - 1]}. */
  WeightedPoints subset(int[] rows, int start, int end) {
    float[] some = new float[width * (end - start)];
    float[] theirs = new float[end - start];
    for (int i = start; i < end; i++) {
      System.arraycopy(values, at(rows[i]), some, width * (i - start), width);
      theirs[i - start] = weights[rows[i]];
    }
    return new WeightedPoints(some, width, 0, width, theirs);
  }
}
