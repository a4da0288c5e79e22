package org.splatline.gpu.cluster;

import static org.splatline.gpu.Checks.checkArgument;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Weighted k-means (Lloyd 1982): some iterations over a sample of the points from a random start.
 * What a device does is to find the nearest centroids. Means are summed on the host, in double and
 * in the points' order, so that results repeat bit for bit.
 */
public final class Lloyd implements Clusterer {
  private static final int ITERATIONS = 8;
  private static final int SAMPLES = 64; // per centroid: more points move none of them far

  private final Nearest nearest;

  /** Finds nearest centroids. */
  @FunctionalInterface
  public interface Nearest {

    /**
     * Labels each point with its nearest centroid.
     *
     * @param centroids [K, D], K at least 1
     * @param labels [N], overwritten
     */
    void find(WeightedPoints points, float[] centroids, int[] labels);
  }

  public Lloyd(Nearest nearest) {
    this.nearest = nearest;
  }

  @Override
  public Clusters cluster(WeightedPoints points, int count, long seed) {
    checkArgument(count > 0, "Invalid number of centroids: %s is not above 0", count);
    if (points.size() <= count) {
      return eachItsOwn(points);
    }
    float[] centroids = centroids(points, count, seed);
    int[] labels = new int[points.size()];
    nearest.find(points, centroids, labels);
    return new Clusters(centroids, labels);
  }

  /** As many centroids as points. */
  static Clusters eachItsOwn(WeightedPoints points) {
    int[] labels = IntStream.range(0, points.size()).toArray();
    return new Clusters(points.subset(labels, 0, labels.length).values(), labels);
  }

  /** At most {@code count} centroids [K, D]; none of no points. */
  float[] centroids(WeightedPoints all, int count, long seed) {
    if (all.size() == 0 || count == 0) {
      return new float[0];
    }
    Random random = new Random(seed);
    WeightedPoints points = sample(all, (long) SAMPLES * count, random);
    int k = Math.min(count, points.size());
    float[] centroids = points.subset(start(points, k, random), 0, k).values();
    int[] labels = new int[points.size()];
    for (int i = 0; i < ITERATIONS; i++) {
      nearest.find(points, centroids, labels);
      centroids = means(points, labels, centroids);
      refill(points, labels, centroids);
    }
    return centroids;
  }

  /** All points, or so many of them at random. */
  private static WeightedPoints sample(WeightedPoints points, long count, Random random) {
    int n = points.size();
    if (n <= count) {
      return points;
    }
    int[] rows = new int[(int) count];
    for (int i = 0; i < count; i++) { // one of each of as many equal stretches
      long from = i * (long) n / count;
      long until = (i + 1L) * n / count;
      rows[i] = (int) (from + random.nextInt((int) (until - from)));
    }
    return points.subset(rows, 0, rows.length);
  }

  /** Different points, heavy ones more probably (Efraimidis and Spirakis 2006). */
  private static int[] start(WeightedPoints points, int count, Random random) {
    long[] keys = new long[points.size()];
    for (int i = 0; i < keys.length; i++) {
      double weight = Math.max(points.weights()[i], Float.MIN_VALUE);
      float key = (float) (-Math.log1p(-random.nextDouble()) / weight); // small: first
      keys[i] = (long) Float.floatToIntBits(key) << 32 | i;
    }
    Arrays.sort(keys); // bits of positive floats order as the floats do
    return Arrays.stream(keys, 0, count).mapToInt(key -> (int) key).toArray();
  }

  /** The weighted means of the points of each label; centroids without weight stay. */
  static float[] means(WeightedPoints points, int[] labels, float[] centroids) {
    int width = points.width();
    double[] sums = new double[centroids.length];
    double[] weights = new double[centroids.length / width];
    for (int i = 0; i < labels.length; i++) {
      double weight = points.weights()[i];
      weights[labels[i]] += weight;
      int to = width * labels[i];
      int at = points.at(i);
      for (int d = 0; d < width; d++) {
        sums[to + d] += weight * points.values()[at + d];
      }
    }
    float[] means = new float[centroids.length];
    for (int j = 0; j < means.length; j++) {
      double weight = weights[j / width];
      means[j] = weight > 0 ? (float) (sums[j] / weight) : centroids[j];
    }
    return means;
  }

  /** Moves centroids without points to the points that are worst off. */
  private static void refill(WeightedPoints points, int[] labels, float[] centroids) {
    int width = points.width();
    boolean[] used = new boolean[centroids.length / width];
    for (int label : labels) {
      used[label] = true;
    }
    int[] empty = IntStream.range(0, used.length).filter(k -> !used[k]).toArray();
    if (empty.length == 0) {
      return;
    }
    long[] keys = new long[labels.length];
    for (int i = 0; i < keys.length; i++) {
      float error = points.weights()[i] * squaredDistance(points, i, centroids, labels[i]);
      keys[i] = (long) -Float.floatToIntBits(error) << 32 | i;
    }
    Arrays.sort(keys);
    for (int e = 0; e < empty.length; e++) {
      int point = (int) keys[e];
      System.arraycopy(points.values(), points.at(point), centroids, width * empty[e], width);
    }
  }

  static float squaredDistance(WeightedPoints points, int point, float[] centroids, int centroid) {
    float sum = 0;
    int at = points.at(point);
    int to = points.width() * centroid;
    for (int d = 0; d < points.width(); d++) {
      float difference = points.values()[at + d] - centroids[to + d];
      sum += difference * difference;
    }
    return sum;
  }
}
