package org.splatline.gpu.cluster;

import static org.splatline.gpu.Checks.checkArgument;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Weighted k-means on the CPU (Lloyd 1982), in two levels, since to compare millions of points with
 * 65,536 centroids would take hours.
 *
 * <p>The points are divided into about √K groups by k-means of a sample. Each group gets a share of
 * the centroids: in proportion to its weighted squared distances, which is where an optimal
 * quantiser of many dimensions has them (Zador 1982). K-means in each group places them. Then all
 * points are compared with the centroids of the {@link #NEAR_GROUPS} groups whose centres are
 * nearest, the centroids move to the means of their points, and the points are compared again.
 *
 * <p>All cores take part. The result does not depend on their number.
 */
public final class KMeans implements Clusterer {
  private static final int ITERATIONS = 8;
  private static final int SAMPLES = 64; // per centroid: more points move none of them far
  private static final int NEAR_GROUPS = 6;
  private static final int GRAIN = 1 << 12; // points of one parallel piece

  @Override
  public Clusters cluster(WeightedPoints points, int count, long seed) {
    checkArgument(count > 0, "Invalid number of centroids: %s is not above 0", count);
    if (points.size() == 0) {
      return new Clusters(new float[0], new int[0]);
    }
    Groups groups = Groups.of(points, (int) Math.round(Math.sqrt(count)), seed);
    int[] shares = groups.shares(count);
    float[][] centroids = new float[shares.length][];
    IntStream.range(0, shares.length)
        .parallel()
        .forEach(
            g ->
                centroids[g] =
                    lloyd(
                        points.subset(groups.rows, groups.starts[g], groups.starts[g + 1]),
                        shares[g],
                        seed + g + 1));
    TwoLevels levels = new TwoLevels(groups.centers, centroids, points.width());
    int[] labels = levels.labels(points);
    float[] moved = means(points, labels, levels.flat());
    levels = levels.with(moved);
    return new Clusters(moved, levels.labels(points));
  }

  /** Each point's place in one of some groups. */
  private record Groups(CentroidTable centers, int[] rows, int[] starts, double[] distortions) {

    static Groups of(WeightedPoints points, int count, long seed) {
      float[] centroids = lloyd(points, count, seed);
      CentroidTable table = new CentroidTable(centroids, points.width());
      int[] groups = new int[points.size()];
      float[] squares = new float[points.size()];
      inPieces(
          points.size(),
          (from, until) -> {
            float[] scores = new float[table.size()];
            for (int i = from; i < until; i++) {
              groups[i] = table.nearest(points.values(), points.at(i), scores);
              squares[i] = squaredDistance(points, i, centroids, groups[i]);
            }
          });
      int[] starts = new int[table.size() + 1];
      double[] distortions = new double[table.size()];
      for (int i = 0; i < groups.length; i++) {
        starts[groups[i] + 1]++;
        distortions[groups[i]] += (double) points.weights()[i] * squares[i];
      }
      Arrays.parallelPrefix(starts, Integer::sum);
      int[] next = starts.clone();
      int[] rows = new int[groups.length];
      for (int i = 0; i < groups.length; i++) {
        rows[next[groups[i]]++] = i;
      }
      return new Groups(table, rows, starts, distortions);
    }

    /**
     * How many centroids each group gets: at least 1, at most one per point, {@code count} or fewer
     * in all.
     */
    int[] shares(int count) {
      int[] shares = new int[distortions.length];
      boolean[] full = new boolean[shares.length];
      for (int g = 0; g < shares.length; g++) {
        int size = starts[g + 1] - starts[g];
        full[g] = size <= 1 || distortions[g] == 0;
        shares[g] = Math.min(1, size);
      }
      // Groups that want more than they have points leave the rest to the others.
      for (boolean changed = true; changed; ) {
        changed = false;
        double sum = 0;
        int left = count;
        for (int g = 0; g < shares.length; g++) {
          sum += full[g] ? 0 : distortions[g];
          left -= full[g] ? shares[g] : 0;
        }
        for (int g = 0; g < shares.length; g++) {
          if (!full[g]) {
            int size = starts[g + 1] - starts[g];
            int wanted = (int) Math.max(1, left * (distortions[g] / sum));
            shares[g] = Math.min(size, wanted);
            if (wanted >= size || wanted == 1) {
              full[g] = true;
              changed = true;
            }
          }
        }
      }
      return shares;
    }
  }

  /** Centroids of each group, and the centres of the groups to find them by. */
  private static final class TwoLevels {
    private final CentroidTable centers;
    private final CentroidTable[] tables;
    private final float[][] centroids;
    private final int[] firsts; // of each group's centroids
    private final int width;

    TwoLevels(CentroidTable centers, float[][] centroids, int width) {
      this.centers = centers;
      this.centroids = centroids;
      this.width = width;
      this.tables = new CentroidTable[centroids.length];
      this.firsts = new int[centroids.length + 1];
      for (int g = 0; g < tables.length; g++) {
        tables[g] = new CentroidTable(centroids[g], width);
        firsts[g + 1] = firsts[g] + tables[g].size();
      }
    }

    float[] flat() {
      float[] flat = new float[width * firsts[tables.length]];
      for (int g = 0; g < tables.length; g++) {
        System.arraycopy(centroids[g], 0, flat, width * firsts[g], centroids[g].length);
      }
      return flat;
    }

    TwoLevels with(float[] flat) {
      float[][] moved = new float[tables.length][];
      for (int g = 0; g < tables.length; g++) {
        moved[g] = Arrays.copyOfRange(flat, width * firsts[g], width * firsts[g + 1]);
      }
      return new TwoLevels(centers, moved, width);
    }

    int[] labels(WeightedPoints points) {
      int[] labels = new int[points.size()];
      int longest = Arrays.stream(tables).mapToInt(CentroidTable::size).max().orElse(0);
      inPieces(
          points.size(),
          (from, until) -> {
            float[] groupScores = new float[centers.size()];
            float[] scores = new float[longest];
            for (int i = from; i < until; i++) {
              labels[i] = nearest(points.values(), points.at(i), groupScores, scores);
            }
          });
      return labels;
    }

    private int nearest(float[] values, int at, float[] groupScores, float[] scores) {
      centers.scores(values, at, groupScores);
      int nearest = -1;
      float best = Float.POSITIVE_INFINITY;
      for (int n = 0; n < Math.min(NEAR_GROUPS, tables.length); n++) {
        int group = 0;
        for (int g = 1; g < tables.length; g++) {
          if (groupScores[g] < groupScores[group]) {
            group = g;
          }
        }
        groupScores[group] = Float.POSITIVE_INFINITY;
        if (tables[group].size() > 0) {
          int k = tables[group].nearest(values, at, scores);
          if (scores[k] < best || nearest < 0) {
            best = scores[k];
            nearest = firsts[group] + k;
          }
        }
      }
      return nearest;
    }
  }

  /** Lloyd's iterations: at most {@code count} centroids [K, D] of all or some of the points. */
  private static float[] lloyd(WeightedPoints all, int count, long seed) {
    if (all.size() == 0 || count == 0) {
      return new float[0];
    }
    Random random = new Random(seed);
    WeightedPoints points = sample(all, (long) SAMPLES * count, random);
    int k = Math.min(count, points.size());
    float[] centroids = points.subset(start(points, k, random), 0, k).values();
    int[] labels = new int[points.size()];
    float[] distances = new float[points.size()];
    for (int i = 0; i < ITERATIONS; i++) {
      assign(points, centroids, labels, distances);
      centroids = means(points, labels, centroids);
      refill(points, labels, distances, centroids);
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

  private static void assign(
      WeightedPoints points, float[] centroids, int[] labels, float[] distances) {
    CentroidTable table = new CentroidTable(centroids, points.width());
    inPieces(
        points.size(),
        (from, until) -> {
          float[] scores = new float[table.size()];
          for (int i = from; i < until; i++) {
            labels[i] = table.nearest(points.values(), points.at(i), scores);
            distances[i] = squaredDistance(points, i, centroids, labels[i]);
          }
        });
  }

  /** The weighted means of the points of each label; centroids without weight stay. */
  private static float[] means(WeightedPoints points, int[] labels, float[] centroids) {
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
  private static void refill(
      WeightedPoints points, int[] labels, float[] distances, float[] centroids) {
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
      keys[i] = (long) -Float.floatToIntBits(points.weights()[i] * distances[i]) << 32 | i;
    }
    Arrays.sort(keys);
    for (int e = 0; e < empty.length; e++) {
      int point = (int) keys[e];
      System.arraycopy(points.values(), points.at(point), centroids, width * empty[e], width);
    }
  }

  private static float squaredDistance(
      WeightedPoints points, int point, float[] centroids, int centroid) {
    float sum = 0;
    int at = points.at(point);
    int to = points.width() * centroid;
    for (int d = 0; d < points.width(); d++) {
      float difference = points.values()[at + d] - centroids[to + d];
      sum += difference * difference;
    }
    return sum;
  }

  private interface Piece {
    void run(int from, int until);
  }

  private static void inPieces(int count, Piece piece) {
    IntStream.range(0, (count + GRAIN - 1) / GRAIN)
        .parallel()
        .forEach(p -> piece.run(p * GRAIN, Math.min(count, (p + 1) * GRAIN)));
  }
}
