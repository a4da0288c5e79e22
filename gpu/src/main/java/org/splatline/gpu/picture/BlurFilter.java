package org.splatline.gpu.picture;

import java.util.Arrays;

/**
 * Blurs pictures with a separable window of whole-number weights. All sums are exact; values are
 * rounded once, at the end. At the border, and beside ignored pixels, the weights of the remaining
 * pixels are scaled to a sum of 1.
 */
public final class BlurFilter {
  /** Number of sums per pixel: three colours times alpha, alpha, and the weights that count. */
  private static final int SUMS = 5;

  private static final int ALPHA = 3;
  private static final int COUNTED = 4;

  private BlurFilter() {}

  /**
   * Blurs a picture. Channels and mask stay. Pixels are weighted by their alpha; ignored pixels
   * have no weight.
   *
   * @param weights from the middle of the window outwards, at most 65,536 each
   */
  public static Picture blur(Picture picture, int[] weights) {
    int width = picture.width();
    int height = picture.height();
    int channels = picture.channels();
    byte[] blurred = new byte[picture.pixels().length];
    long[] rows = new long[width * height * SUMS]; // blurred along x
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        sumAlongX(picture, x, y, weights, rows);
      }
    }
    long[] sums = new long[SUMS];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        sumAlongY(rows, picture, x, y, weights, sums);
        int to = (y * width + x) * channels;
        for (int c = 0; c < 3; c++) {
          blurred[to + c] = Rounding.quotient(sums[c], sums[ALPHA]);
        }
        if (channels == 4) {
          blurred[to + 3] = Rounding.quotient(sums[ALPHA], sums[COUNTED]);
        }
      }
    }
    return new Picture(width, height, channels, blurred, picture.mask());
  }

  private static void sumAlongX(Picture picture, int x, int y, int[] weights, long[] rows) {
    int channels = picture.channels();
    byte[] pixels = picture.pixels();
    int radius = weights.length - 1;
    int at = y * picture.width() + x;
    for (int i = Math.max(-radius, -x); i <= Math.min(radius, picture.width() - 1 - x); i++) {
      if (!picture.counts(at + i)) {
        continue;
      }
      int from = (at + i) * channels;
      long weight = weights[Math.abs(i)];
      long alpha = weight * (channels == 4 ? pixels[from + 3] & 0xff : 1);
      for (int c = 0; c < 3; c++) {
        rows[at * SUMS + c] += alpha * (pixels[from + c] & 0xff);
      }
      rows[at * SUMS + ALPHA] += alpha;
      rows[at * SUMS + COUNTED] += weight;
    }
  }

  private static void sumAlongY(
      long[] rows, Picture picture, int x, int y, int[] weights, long[] sums) {
    int radius = weights.length - 1;
    Arrays.fill(sums, 0);
    for (int i = Math.max(-radius, -y); i <= Math.min(radius, picture.height() - 1 - y); i++) {
      int from = ((y + i) * picture.width() + x) * SUMS;
      for (int c = 0; c < SUMS; c++) {
        sums[c] += weights[Math.abs(i)] * rows[from + c];
      }
    }
  }
}
