package org.splatline.gpu.cluster;

import static org.splatline.gpu.Checks.checkArgument;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Weighted k-means on the CPU, in two levels, since to compare millions of points with 65,536
 * centroids would take hours.
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
  private static final int NEAR_GROUPS = 6;
  private static final int GRAIN = 1 << 12; // points of one parallel piece
  private static final Lloyd LLOYD = new Lloyd(KMeans::findNearest);

  @Override
  public Clusters cluster(WeightedPoints points, int count, long seed) {
    checkArgument(count > 0, "Invalid number of centroids: %s is not above 0", count);
    if (points.size() <= count) {
      return Lloyd.eachItsOwn(points);
    }
    Groups groups = Groups.of(points, (int) Math.round(Math.sqrt(count)), seed);
    int[] shares = groups.shares(count);
    float[][] centroids = new float[shares.length][];
    IntStream.range(0, shares.length)
        .parallel()
        .forEach(
            g ->
                centroids[g] =
                    LLOYD.centroids(
                        points.subset(groups.rows, groups.starts[g], groups.starts[g + 1]),
                        shares[g],
                        seed + g + 1));
    TwoLevels levels = new TwoLevels(groups.centers, centroids, points.width());
    int[] labels = levels.labels(points);
    float[] moved = Lloyd.means(points, labels, levels.flat());
    levels = levels.with(moved);
    return new Clusters(moved, levels.labels(points));
  }

  /** Each point's place in one of some groups. */
  private record Groups(CentroidTable centers, int[] rows, int[] starts, double[] distortions) {

    static Groups of(WeightedPoints points, int count, long seed) {
      float[] centroids = LLOYD.centroids(points, count, seed);
      CentroidTable table = new CentroidTable(centroids, points.width());
      int[] groups = new int[points.size()];
      findNearest(points, centroids, groups);
      int[] starts = new int[table.size() + 1];
      double[] distortions = new double[table.size()];
      for (int i = 0; i < groups.length; i++) {
        starts[groups[i] + 1]++;
        distortions[groups[i]] +=
            (double) points.weights()[i] * Lloyd.squaredDistance(points, i, centroids, groups[i]);
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

  private static void findNearest(WeightedPoints points, float[] centroids, int[] labels) {
    CentroidTable table = new CentroidTable(centroids, points.width());
    inPieces(
        points.size(),
        (from, until) -> {
          float[] scores = new float[table.size()];
          for (int i = from; i < until; i++) {
            labels[i] = table.nearest(points.values(), points.at(i), scores);
          }
        });
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
