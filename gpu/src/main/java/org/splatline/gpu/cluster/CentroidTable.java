package org.splatline.gpu.cluster;

/**
 * Centroids in the layout for a fast search: coordinate by coordinate, so that the loop over the
 * centroids becomes vector instructions. Thread-safe: callers bring the scratch.
 */
final class CentroidTable {
  private final float[][] coordinates; // [D][K]
  private final float[] halfSquares; // [K] half the squared length

  /** Copies {@code centroids} [K, D]. */
  CentroidTable(float[] centroids, int width) {
    int count = centroids.length / width;
    coordinates = new float[width][count];
    halfSquares = new float[count];
    for (int k = 0; k < count; k++) {
      double squares = 0;
      for (int d = 0; d < width; d++) {
        float value = centroids[width * k + d];
        coordinates[d][k] = value;
        squares += (double) value * value;
      }
      halfSquares[k] = (float) (squares / 2);
    }
  }

  int size() {
    return halfSquares.length;
  }

  /**
   * Half the squared distance from each centroid to a point, less half the point's squared length.
   *
   * @param scores [K or more], overwritten
   */
  void scores(float[] values, int at, float[] scores) {
    int count = halfSquares.length;
    System.arraycopy(halfSquares, 0, scores, 0, count);
    int d = 0;
    for (; d + 4 <= coordinates.length; d += 4) {
      add(
          scores,
          count,
          coordinates[d],
          coordinates[d + 1],
          coordinates[d + 2],
          coordinates[d + 3],
          -values[at + d],
          -values[at + d + 1],
          -values[at + d + 2],
          -values[at + d + 3]);
    }
    for (; d < coordinates.length; d++) {
      add(scores, count, coordinates[d], -values[at + d]);
    }
  }

  private static void add(
      float[] scores,
      int count,
      float[] c0,
      float[] c1,
      float[] c2,
      float[] c3,
      float x0,
      float x1,
      float x2,
      float x3) {
    for (int k = 0; k < count; k++) {
      scores[k] += x0 * c0[k] + x1 * c1[k] + x2 * c2[k] + x3 * c3[k];
    }
  }

  private static void add(float[] scores, int count, float[] c, float x) {
    for (int k = 0; k < count; k++) {
      scores[k] += x * c[k];
    }
  }

  /** The nearest centroid; the first of equal ones. */
  int nearest(float[] values, int at, float[] scores) {
    scores(values, at, scores);
    int nearest = 0;
    for (int k = 1; k < halfSquares.length; k++) {
      if (scores[k] < scores[nearest]) {
        nearest = k;
      }
    }
    return nearest;
  }
}
