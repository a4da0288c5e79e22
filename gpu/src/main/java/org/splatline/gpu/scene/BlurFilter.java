package org.splatline.gpu.scene;

import java.util.Arrays;

/**
 * Blurs pictures with a separable window of whole-number weights, exactly: rounded once, at the
 * end. At the border the window is cut off and its rest weighs 1.
 */
public final class BlurFilter {
  private BlurFilter() {}

  /**
   * A blurred picture; channels kept, transparent pixels weigh by their alpha.
   *
   * @param weights from the window's middle outwards, at most 65,536 each
   */
  public static Picture blur(Picture picture, int[] weights) {
    int width = picture.width();
    int height = picture.height();
    int channels = picture.channels();
    byte[] blurred = new byte[picture.pixels().length];
    long[] rows = new long[picture.pixels().length]; // blurred along x
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        sumAlongX(picture, x, y, weights, rows);
      }
    }
    long[] sums = new long[channels];
    for (int y = 0; y < height; y++) {
      long down = total(weights, y, height);
      for (int x = 0; x < width; x++) {
        sumAlongY(rows, picture, x, y, weights, sums);
        long area = down * total(weights, x, width);
        long weight = channels == 4 ? sums[3] : area;
        int to = (y * width + x) * channels;
        for (int c = 0; c < 3; c++) {
          blurred[to + c] = weight == 0 ? 0 : Rounding.quotient(sums[c], weight);
        }
        if (channels == 4) {
          blurred[to + 3] = Rounding.quotient(weight, area);
        }
      }
    }
    return new Picture(width, height, channels, blurred);
  }

  private static void sumAlongX(Picture picture, int x, int y, int[] weights, long[] rows) {
    int channels = picture.channels();
    byte[] pixels = picture.pixels();
    int radius = weights.length - 1;
    int to = (y * picture.width() + x) * channels;
    for (int i = Math.max(-radius, -x); i <= Math.min(radius, picture.width() - 1 - x); i++) {
      int from = to + i * channels;
      long weight = weights[Math.abs(i)];
      if (channels == 4) {
        weight *= pixels[from + 3] & 0xff;
        rows[to + 3] += weight;
      }
      for (int c = 0; c < 3; c++) {
        rows[to + c] += weight * (pixels[from + c] & 0xff);
      }
    }
  }

  private static void sumAlongY(
      long[] rows, Picture picture, int x, int y, int[] weights, long[] sums) {
    int channels = picture.channels();
    int radius = weights.length - 1;
    Arrays.fill(sums, 0);
    for (int i = Math.max(-radius, -y); i <= Math.min(radius, picture.height() - 1 - y); i++) {
      int from = ((y + i) * picture.width() + x) * channels;
      for (int c = 0; c < channels; c++) {
        sums[c] += weights[Math.abs(i)] * rows[from + c];
      }
    }
  }

  /** Sum of the weights that lie within a side. */
  private static long total(int[] weights, int at, int side) {
    long total = 0;
    int radius = weights.length - 1;
    for (int i = Math.max(-radius, -at); i <= Math.min(radius, side - 1 - at); i++) {
      total += weights[Math.abs(i)];
    }
    return total;
  }
}
