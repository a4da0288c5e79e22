package org.splatline.gpu.geo;

import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A similarity that most pairs of points agree on: random samples of three (RANSAC, Fischler and
 * Bolles 1981) by their truncated squared distances (MSAC, Torr and Zisserman 2000), the best one
 * is fitted to its inliers again until these no longer change.
 *
 * @param similarity the least-squares fit over the inliers
 * @param inliers indices of the pairs that are closer than the threshold, ascending
 */
record RobustFit(Similarity similarity, int[] inliers) {
  /**
   * With half of the pairs wrong, one sample in eight is good: 1,000 bad ones have odds of 1e-57.
   */
  private static final int SAMPLES = 1000;

  private static final int MAX_REFITS = 50;

  /**
   * @param from [n][3], n at least 3
   * @param to [n][3]
   * @param threshold a pair at this distance or farther is an outlier, in the unit of {@code to}
   * @param seed seed of the samples; the same seed gives the same result
   * @return empty if no sample of three determines a similarity
   */
  static Optional<RobustFit> of(double[][] from, double[][] to, double threshold, long seed) {
    Random random = new Random(seed);
    Optional<Similarity> best = Optional.empty();
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < SAMPLES; i++) {
      int[] sample = sample(random, from.length);
      Optional<Similarity> candidate = SimilarityFit.fit(pick(from, sample), pick(to, sample));
      double cost = candidate.map(s -> cost(s, from, to, threshold)).orElse(least);
      if (cost < least) {
        least = cost;
        best = candidate;
      }
    }
    return best.map(start -> refined(start, from, to, threshold));
  }

  /** The points at {@code rows}; they are not copied. */
  static double[][] pick(double[][] points, int[] rows) {
    return Arrays.stream(rows).mapToObj(i -> points[i]).toArray(double[][]::new);
  }

  private static int[] sample(Random random, int n) {
    int first = random.nextInt(n);
    int second = (first + 1 + random.nextInt(n - 1)) % n;
    int third = random.nextInt(n - 2);
    for (int taken : new int[] {Math.min(first, second), Math.max(first, second)}) {
      third += third >= taken ? 1 : 0;
    }
    return new int[] {first, second, third};
  }

  private static double cost(Similarity s, double[][] from, double[][] to, double threshold) {
    double cost = 0;
    for (int i = 0; i < from.length; i++) {
      double distance = Math.min(threshold, PointCloud.distance(s.apply(from[i]), to[i]));
      cost += distance * distance;
    }
    return cost;
  }

  private static RobustFit refined(
      Similarity start, double[][] from, double[][] to, double threshold) {
    RobustFit fit = new RobustFit(start, inliers(start, from, to, threshold));
    for (int i = 0; i < MAX_REFITS && fit.inliers.length >= 3; i++) {
      Optional<Similarity> refit =
          SimilarityFit.fit(pick(from, fit.inliers), pick(to, fit.inliers));
      if (refit.isEmpty()) {
        return fit;
      }
      int[] inliers = inliers(refit.get(), from, to, threshold);
      boolean settled = Arrays.equals(inliers, fit.inliers);
      fit = new RobustFit(refit.get(), inliers);
      if (settled) {
        return fit;
      }
    }
    return fit;
  }

  private static int[] inliers(Similarity s, double[][] from, double[][] to, double threshold) {
    return IntStream.range(0, from.length)
        .filter(i -> PointCloud.distance(s.apply(from[i]), to[i]) < threshold)
        .toArray();
  }
}
