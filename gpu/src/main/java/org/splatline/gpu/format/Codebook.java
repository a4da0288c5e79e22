package org.splatline.gpu.format;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The 256 numbers that stand for many, each coded as a byte. They are the best ones, by the sum of
 * squared errors, for numbers that were first gathered in some thousand bins (Wang and Song 2011,
 * "Ckmeans.1d.dp", by divide and conquer). At most 256 different numbers are kept as they are.
 */
final class Codebook {
  static final int SIZE = 256;

  /** Bins of equal counts, for the bulk, and as many of equal widths, for the tails. */
  private static final int BINS = 2048;

  private final float[] values; // [256] ascending

  private Codebook(float[] values) {
    this.values = values;
  }

  /** Of finite numbers, which are not changed; zeros if there are none. */
  static Codebook of(float[] numbers) {
    float[] sorted = numbers.clone();
    Arrays.parallelSort(sorted);
    return new Codebook(new Bins(sorted).centroids());
  }

  /** [256] ascending. Not a copy. */
  float[] values() {
    return values;
  }

  /** The code, from 0 to 255, of the nearest value. */
  int code(float number) {
    int at = Arrays.binarySearch(values, number);
    if (at >= 0) {
      return at;
    }
    int above = Math.min(-at - 1, SIZE - 1);
    int below = Math.max(above - 1, 0);
    return number - values[below] <= values[above] - number ? below : above;
  }

  /** Sorted numbers in bins; equal ones are in one bin. Sums are over the bins before each. */
  private static final class Bins {
    private final float[] sorted;
    private final int[] starts; // [bins + 1]
    private final double[] sums; // of numbers less the middle one, to keep squares small
    private final double[] squares;
    private final double middle;

    Bins(float[] sorted) {
      this.sorted = sorted;
      this.middle = sorted.length == 0 ? 0 : sorted[sorted.length / 2];
      int[] different =
          IntStream.range(0, sorted.length)
              .filter(i -> i == 0 || sorted[i] != sorted[i - 1])
              .limit(2 * BINS)
              .toArray();
      this.starts = ending(different.length < 2 * BINS ? different : someStarts());
      this.sums = new double[starts.length];
      this.squares = new double[starts.length];
      for (int b = 0; b + 1 < starts.length; b++) {
        double sum = 0;
        double square = 0;
        for (int i = starts[b]; i < starts[b + 1]; i++) {
          double value = sorted[i] - middle;
          sum += value;
          square += value * value;
        }
        sums[b + 1] = sums[b] + sum;
        squares[b + 1] = squares[b] + square;
      }
    }

    private int[] ending(int[] different) {
      int[] all = Arrays.copyOf(different, different.length + 1);
      all[different.length] = sorted.length;
      return all;
    }

    private int[] someStarts() {
      int n = sorted.length;
      int[] some = new int[2 * BINS];
      double width = ((double) sorted[n - 1] - sorted[0]) / BINS;
      int next = 0;
      for (int b = 0; b < BINS; b++) {
        int start = (int) ((long) b * n / BINS);
        while (start > 0 && start < n && sorted[start] == sorted[start - 1]) {
          start++;
        }
        some[b] = start;
        while (next < n && sorted[next] < sorted[0] + width * b) {
          next++;
        }
        some[BINS + b] = next;
      }
      return Arrays.stream(some).filter(start -> start < n).sorted().distinct().toArray();
    }

    private double error(int from, int until) {
      double sum = sums[until] - sums[from];
      int count = starts[until] - starts[from];
      return count == 0 ? 0 : squares[until] - squares[from] - sum * sum / count;
    }

    private float mean(int from, int until) {
      float first = sorted[starts[from]];
      if (first == sorted[starts[until] - 1]) {
        return first;
      }
      return (float) (middle + (sums[until] - sums[from]) / (starts[until] - starts[from]));
    }

    float[] centroids() {
      int bins = starts.length - 1;
      float[] values = new float[SIZE];
      int used = Math.min(SIZE, bins);
      int[][] splits = splits(used, bins);
      for (int c = used, until = bins; c > 0; c--) {
        int from = splits[c - 1][until];
        values[c - 1] = mean(from, until);
        until = from;
      }
      Arrays.fill(values, used, SIZE, used == 0 ? 0 : values[used - 1]);
      return values;
    }

    /** [c][b]: where the last of c + 1 clusters of the first b bins begins. */
    private int[][] splits(int clusters, int bins) {
      int[][] splits = new int[clusters][bins + 1];
      double[] before = new double[bins + 1];
      for (int b = 0; b <= bins; b++) {
        before[b] = error(0, b);
      }
      for (int c = 1; c < clusters; c++) {
        double[] now = new double[bins + 1];
        split(before, now, splits[c], c + 1, bins, c, bins - 1);
        before = now;
      }
      return splits;
    }

    /** Where the last cluster begins moves up with its end, so halves have bounds. */
    private void split(
        double[] before, double[] now, int[] splits, int low, int high, int first, int last) {
      if (low > high) {
        return;
      }
      int middle = (low + high) >>> 1;
      double best = Double.POSITIVE_INFINITY;
      for (int from = first; from <= Math.min(last, middle - 1); from++) {
        double error = before[from] + error(from, middle);
        if (error < best) {
          best = error;
          splits[middle] = from;
        }
      }
      now[middle] = best;
      split(before, now, splits, low, middle - 1, first, splits[middle]);
      split(before, now, splits, middle + 1, high, splits[middle], last);
    }
  }
}
