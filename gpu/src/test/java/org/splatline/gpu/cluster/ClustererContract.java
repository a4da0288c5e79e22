package org.splatline.gpu.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What everything owes that finds clusters. */
public abstract class ClustererContract {
  /** Of the sum of squared distances, over plain k-means: worst of 40 cases 1.09, mean 0.99. */
  private static final double WORSE_CENTROIDS = 1.15;

  /** Over the nearest centroids: worst of 40 cases 1.0002. */
  private static final double WORSE_LABELS = 1.01;

  protected abstract Clusterer clusterer();

  /** A point's coordinates depend on few numbers, as those of real models do. */
  protected static WeightedPoints points(int n, int width, long seed) {
    Random random = new Random(seed);
    int stride = width + 3;
    float[] values = new float[n * stride];
    float[] weights = new float[n];
    double[][] mix = new double[width][5];
    for (double[] row : mix) {
      Arrays.setAll(row, k -> random.nextGaussian());
    }
    for (int i = 0; i < n; i++) {
      double[] hidden = random.doubles(5).toArray();
      for (int d = 0; d < width; d++) {
        double sum = 0.05 * random.nextGaussian();
        for (int k = 0; k < 5; k++) {
          sum += 0.2 * mix[d][k] * hidden[k];
        }
        values[stride * i + 3 + d] = (float) sum;
      }
      weights[i] = (float) Math.exp(random.nextGaussian());
    }
    return new WeightedPoints(values, stride, 3, width, weights);
  }

  @ParameterizedTest(name = "{0} points of {1} coordinates, {2} centroids")
  @CsvSource({
    "1, 45, 64",
    "2, 24, 1",
    "31, 9, 7",
    "32, 45, 32",
    "33, 9, 64",
    "257, 24, 64",
    "3000, 45, 192",
    "5000, 9, 300",
    "3000, 24, 500"
  })
  void isNearlyAsGoodAsPlainKMeans(int n, int width, int count) {
    WeightedPoints points = points(n, width, 7);
    Clusters clusters = clusterer().cluster(points, count, 3);
    int found = clusters.centroids().length / width;
    assertThat(found).isBetween(1, Math.min(n, count));
    assertThat(clusters.labels()).hasSize(n);
    double nearest =
        distortion(points, clusters.centroids(), nearest(points, clusters.centroids()));
    double labelled = distortion(points, clusters.centroids(), clusters.labels());
    assertThat(labelled).isLessThanOrEqualTo(WORSE_LABELS * nearest + 1e-9);
    if (n <= count) {
      assertThat(labelled).isLessThan(1e-9);
    } else {
      assertThat(labelled).isLessThan(WORSE_CENTROIDS * distortion(points, plain(points, count)));
    }
  }

  private static double distortion(WeightedPoints points, float[] centroids) {
    return distortion(points, centroids, nearest(points, centroids));
  }

  private static double distortion(WeightedPoints points, float[] centroids, int[] labels) {
    double sum = 0;
    for (int i = 0; i < points.size(); i++) {
      sum += points.weights()[i] * squares(points, i, centroids, labels[i]);
    }
    return sum;
  }

  private static double squares(WeightedPoints points, int i, float[] centroids, int k) {
    double sum = 0;
    for (int d = 0; d < points.width(); d++) {
      double difference =
          (double) points.values()[points.stride() * i + points.from() + d]
              - centroids[points.width() * k + d];
      sum += difference * difference;
    }
    return sum;
  }

  private static int[] nearest(WeightedPoints points, float[] centroids) {
    int[] labels = new int[points.size()];
    for (int i = 0; i < labels.length; i++) {
      double best = Double.POSITIVE_INFINITY;
      for (int k = 0; k < centroids.length / points.width(); k++) {
        double squares = squares(points, i, centroids, k);
        if (squares < best) {
          best = squares;
          labels[i] = k;
        }
      }
    }
    return labels;
  }

  /** Lloyd's iterations from random points, in double. */
  private static float[] plain(WeightedPoints points, int count) {
    int width = points.width();
    float[] centroids = new float[width * count];
    int[] start = new Random(5).ints(0, points.size()).distinct().limit(count).toArray();
    for (int k = 0; k < count; k++) {
      int at = points.stride() * start[k] + points.from();
      System.arraycopy(points.values(), at, centroids, width * k, width);
    }
    for (int iteration = 0; iteration < 10; iteration++) {
      int[] labels = nearest(points, centroids);
      double[] sums = new double[centroids.length];
      double[] weights = new double[count];
      for (int i = 0; i < labels.length; i++) {
        weights[labels[i]] += points.weights()[i];
        for (int d = 0; d < width; d++) {
          sums[width * labels[i] + d] +=
              points.weights()[i] * points.values()[points.stride() * i + points.from() + d];
        }
      }
      for (int j = 0; j < centroids.length; j++) {
        if (weights[j / width] > 0) {
          centroids[j] = (float) (sums[j] / weights[j / width]);
        }
      }
    }
    return centroids;
  }

  @Test
  void noPointsHaveNoCentroids() {
    Clusters clusters = clusterer().cluster(points(0, 9, 1), 64, 1);
    assertThat(clusters.centroids()).isEmpty();
    assertThat(clusters.labels()).isEmpty();
    assertThatThrownBy(() -> clusterer().cluster(points(5, 9, 1), 0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid number of centroids: 0 is not above 0");
  }

  @Test
  void equalPointsHaveTheirOwnPlaceAsCentroid() {
    float[] values = new float[500 * 9];
    float[] weights = new float[500];
    Arrays.fill(values, 0.25f);
    Arrays.fill(weights, 1e-20f);
    WeightedPoints points = new WeightedPoints(values, 9, 0, 9, weights);
    Clusters clusters = clusterer().cluster(points, 64, 1);
    for (int label : clusters.labels()) {
      assertThat(Arrays.copyOfRange(clusters.centroids(), 9 * label, 9 * label + 9))
          .containsOnly(0.25f);
    }
  }

  @Test
  void weightsDecide() {
    WeightedPoints points = points(4000, 24, 2);
    int[] heavy = IntStream.range(0, 30).map(i -> 100 * i).toArray();
    for (int i : heavy) {
      points.weights()[i] = 1e7f;
    }
    points.weights()[1] = 0;
    Clusters clusters = clusterer().cluster(points, 256, 4);
    for (int i : heavy) {
      assertThat(squares(points, i, clusters.centroids(), clusters.labels()[i])).isLessThan(1e-3);
    }
  }

  @Test
  void theSameSeedGivesTheSameClusters() {
    WeightedPoints points = points(3000, 24, 6);
    Clusters first = clusterer().cluster(points, 128, 9);
    Clusters second = clusterer().cluster(points, 128, 9);
    assertThat(second.centroids()).isEqualTo(first.centroids());
    assertThat(second.labels()).isEqualTo(first.labels());
  }
}
