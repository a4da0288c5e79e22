package org.splatline.gpu.gaussian;

import java.util.Arrays;

/** Nearest neighbours in 3-D by a balanced k-d tree kept as a permutation of the points. */
final class NearestNeighbours {
  private static final int LEAF = 8;

  private final float[] points;
  private final int[] order;

  /** Builds the tree over {@code points} [N, 3], which are not copied. */
  NearestNeighbours(float[] points) {
    this.points = points;
    this.order = new int[points.length / 3];
    Arrays.setAll(order, i -> i);
    build(0, order.length, 0);
  }

  private void build(int from, int until, int axis) {
    if (until - from <= LEAF) {
      return;
    }
    int middle = (from + until) >>> 1;
    partition(from, until - 1, middle, axis);
    build(from, middle, (axis + 1) % 3);
    build(middle + 1, until, (axis + 1) % 3);
  }

  /** Hoare's selection: {@code order[middle]} then splits the range along {@code axis}. */
  private void partition(int from, int to, int middle, int axis) {
    int low = from;
    int high = to;
    while (low < high) {
      float pivot = coordinate(order[(low + high) >>> 1], axis);
      int i = low;
      int j = high;
      while (i <= j) {
        while (coordinate(order[i], axis) < pivot) {
          i++;
        }
        while (coordinate(order[j], axis) > pivot) {
          j--;
        }
        if (i <= j) {
          int swapped = order[i];
          order[i++] = order[j];
          order[j--] = swapped;
        }
      }
      if (middle <= j) {
        high = j;
      } else if (middle >= i) {
        low = i;
      } else {
        return;
      }
    }
  }

  private float coordinate(int point, int axis) {
    return points[3 * point + axis];
  }

  /**
   * Mean squared distance from point {@code index} to its {@code k} nearest other points, or to all
   * other points if there are fewer. Infinite if there are none.
   */
  double meanSquaredDistance(int index, int k) {
    int count = Math.min(k, order.length - 1);
    if (count == 0) {
      return Double.POSITIVE_INFINITY;
    }
    double[] nearest = new double[count]; // ascending
    Arrays.fill(nearest, Double.POSITIVE_INFINITY);
    search(0, order.length, 0, index, nearest);
    return Arrays.stream(nearest).average().orElseThrow();
  }

  private void search(int from, int until, int axis, int index, double[] nearest) {
    if (until - from <= LEAF) {
      for (int i = from; i < until; i++) {
        offer(order[i], index, nearest);
      }
      return;
    }
    int middle = (from + until) >>> 1;
    offer(order[middle], index, nearest);
    double offset = coordinate(index, axis) - coordinate(order[middle], axis);
    int next = (axis + 1) % 3;
    boolean below = offset < 0;
    search(below ? from : middle + 1, below ? middle : until, next, index, nearest);
    if (offset * offset < nearest[nearest.length - 1]) {
      search(below ? middle + 1 : from, below ? until : middle, next, index, nearest);
    }
  }

  private void offer(int candidate, int index, double[] nearest) {
    if (candidate == index) {
      return;
    }
    double distance = 0;
    for (int axis = 0; axis < 3; axis++) {
      double d = coordinate(candidate, axis) - coordinate(index, axis);
      distance += d * d;
    }
    int slot = nearest.length - 1;
    if (distance >= nearest[slot]) {
      return;
    }
    while (slot > 0 && nearest[slot - 1] > distance) {
      nearest[slot] = nearest[slot - 1];
      slot--;
    }
    nearest[slot] = distance;
  }
}
