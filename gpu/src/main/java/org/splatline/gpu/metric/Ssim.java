package org.splatline.gpu.metric;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.splatline.gpu.picture.FloatImage;

/**
 * Structural similarity (Wang et al. 2004, equation 13) with an 11x11 Gaussian window, σ 1.5, zero
 * padding, C1 0.01², C2 0.03². Computed in double; the window is applied along x, then along y.
 */
public final class Ssim {
  private static final int RADIUS = 5;
  private static final int TAPS = 2 * RADIUS + 1;
  private static final double SIGMA = 1.5;
  private static final double C1 = 0.01 * 0.01;
  private static final double C2 = 0.03 * 0.03;
  private static final double[] WINDOW = window();

  /** The windowed maps: a, b, a², b², ab. */
  private static final int MAPS = 5;

  private Ssim() {}

  private static double[] window() {
    double[] window = new double[TAPS];
    double sum = 0;
    for (int k = 0; k < TAPS; k++) {
      window[k] = Math.exp(-(k - RADIUS) * (k - RADIUS) / (2 * SIGMA * SIGMA));
      sum += window[k];
    }
    for (int k = 0; k < TAPS; k++) {
      window[k] /= sum;
    }
    return window;
  }

  /**
   * SSIM as the mean over all pixels and channels, at most 1, which is the value of equal images.
   * {@code rendered} is clamped to [0, 1].
   */
  public static double of(FloatImage rendered, FloatImage reference) {
    Psnr.checkSameSize(rendered, reference);
    double[] sums =
        IntStream.range(0, 3)
            .parallel()
            .mapToDouble(channel -> sumOfChannel(rendered, reference, channel))
            .toArray();
    return (sums[0] + sums[1] + sums[2]) / rendered.rgb().length;
  }

  /** Keeps the last 11 rows, filtered along x, and filters them along y after each new row. */
  private static double sumOfChannel(FloatImage rendered, FloatImage reference, int channel) {
    int width = rendered.width();
    int height = rendered.height();
    double[][][] rows = new double[TAPS][MAPS][width];
    double[][] maps = new double[MAPS][width];
    double[][] padded = new double[MAPS][width + 2 * RADIUS];
    double sum = 0;
    for (int y = 0; y < height + RADIUS; y++) {
      if (y < height) {
        load(rendered, reference, channel, y, padded);
        for (int m = 0; m < MAPS; m++) {
          windowAlongX(padded[m], rows[y % TAPS][m]);
        }
      }
      int center = y - RADIUS;
      if (center >= 0) {
        windowAlongY(rows, center, height, maps);
        sum += sumOfRow(maps);
      }
    }
    return sum;
  }

  private static void load(
      FloatImage rendered, FloatImage reference, int channel, int y, double[][] padded) {
    int from = 3 * y * rendered.width() + channel;
    for (int x = 0; x < rendered.width(); x++, from += 3) {
      double a = Psnr.clamped(rendered.rgb()[from]);
      double b = reference.rgb()[from];
      padded[0][RADIUS + x] = a;
      padded[1][RADIUS + x] = b;
      padded[2][RADIUS + x] = a * a;
      padded[3][RADIUS + x] = b * b;
      padded[4][RADIUS + x] = a * b;
    }
  }

  private static void windowAlongX(double[] padded, double[] row) {
    Arrays.fill(row, 0);
    for (int k = 0; k < TAPS; k++) {
      double weight = WINDOW[k];
      for (int x = 0; x < row.length; x++) {
        row[x] += weight * padded[x + k];
      }
    }
  }

  private static void windowAlongY(double[][][] rows, int center, int height, double[][] maps) {
    for (int m = 0; m < MAPS; m++) {
      double[] map = maps[m];
      Arrays.fill(map, 0);
      for (int k = 0; k < TAPS; k++) {
        int y = center + k - RADIUS;
        if (0 <= y && y < height) {
          double weight = WINDOW[k];
          double[] row = rows[y % TAPS][m];
          for (int x = 0; x < map.length; x++) {
            map[x] += weight * row[x];
          }
        }
      }
    }
  }

  private static double sumOfRow(double[][] maps) {
    double sum = 0;
    for (int x = 0; x < maps[0].length; x++) {
      double meanA = maps[0][x];
      double meanB = maps[1][x];
      double varianceA = maps[2][x] - meanA * meanA;
      double varianceB = maps[3][x] - meanB * meanB;
      double covariance = maps[4][x] - meanA * meanB;
      sum +=
          (2 * meanA * meanB + C1)
              * (2 * covariance + C2)
              / ((meanA * meanA + meanB * meanB + C1) * (varianceA + varianceB + C2));
    }
    return sum;
  }
}
