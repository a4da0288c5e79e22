package org.splatline.gpu.picture;

import java.io.Serializable;

/**
 * Two measures of a photograph's content: its sharpness, and a hash that is similar for similar
 * pictures.
 *
 * @param sharpness variance of the Laplacian of the grey values (0 to 255), with the longer side at
 *     {@value #SIDE} px (Pech-Pacheco et al. 2000); comparable only within a scene
 * @param hash difference hash, 256 bits as hexadecimal: whether each of 16 x 16 cells is brighter
 *     than the cell to its left
 */
public record PictureLook(double sharpness, String hash) implements Serializable {
  private static final int SIDE = 512;
  private static final int CELLS = 16;
  private static final int HEX_DIGITS = CELLS / 4;

  /** The value of a file that is not decoded. */
  public static final PictureLook NONE = new PictureLook(0, "");

  /** Measures a picture. */
  public static PictureLook of(Picture picture) {
    int longer = Math.max(picture.width(), picture.height());
    double scale = Math.min(1, (double) SIDE / longer);
    int width = Math.max(3, (int) Math.round(picture.width() * scale));
    int height = Math.max(3, (int) Math.round(picture.height() * scale));
    return new PictureLook(
        laplacianVariance(grey(picture, width, height), width, height),
        differenceHash(grey(picture, CELLS + 1, CELLS)));
  }

  /** Mean grey of the pixels in each cell, [height, width]. */
  private static double[] grey(Picture picture, int width, int height) {
    double[] cells = new double[width * height];
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        cells[row * width + column] =
            meanGrey(
                picture,
                column * (long) picture.width() / width,
                (column + 1) * (long) picture.width() / width,
                row * (long) picture.height() / height,
                (row + 1) * (long) picture.height() / height);
      }
    }
    return cells;
  }

  private static double meanGrey(Picture picture, long left, long right, long top, long bottom) {
    long sum = 0;
    long endX = Math.max(right, left + 1);
    long endY = Math.max(bottom, top + 1);
    for (long y = top; y < endY; y++) {
      for (long x = left; x < endX; x++) {
        int at = picture.channels() * (int) (y * picture.width() + x);
        byte[] pixels = picture.pixels();
        sum +=
            299 * (pixels[at] & 0xff)
                + 587 * (pixels[at + 1] & 0xff)
                + 114 * (pixels[at + 2] & 0xff);
      }
    }
    return sum / 1000.0 / ((endX - left) * (endY - top));
  }

  private static double laplacianVariance(double[] grey, int width, int height) {
    double sum = 0;
    double squares = 0;
    int count = 0;
    for (int y = 1; y < height - 1; y++) {
      for (int x = 1; x < width - 1; x++) {
        int at = y * width + x;
        double value =
            grey[at - 1] + grey[at + 1] + grey[at - width] + grey[at + width] - 4 * grey[at];
        sum += value;
        squares += value * value;
        count++;
      }
    }
    double mean = sum / count;
    return squares / count - mean * mean;
  }

  private static String differenceHash(double[] grey) {
    StringBuilder hash = new StringBuilder();
    for (int row = 0; row < CELLS; row++) {
      int bits = 0;
      for (int column = 0; column < CELLS; column++) {
        int at = row * (CELLS + 1) + column;
        bits = 2 * bits + (grey[at + 1] > grey[at] ? 1 : 0);
      }
      hash.append(("%0" + HEX_DIGITS + "x").formatted(bits));
    }
    return hash.toString();
  }

  /** The hash as four words of 64 bits; zeros for a file that is not decoded. */
  public long[] words() {
    long[] words = new long[4];
    for (int i = 0; i < hash.length() / 16; i++) {
      words[i] = Long.parseUnsignedLong(hash, 16 * i, 16 * (i + 1), 16);
    }
    return words;
  }

  /** Number of bits in which the {@link #words} of two hashes differ, 0 to 256. */
  public static int distance(long[] a, long[] b) {
    int bits = 0;
    for (int i = 0; i < a.length; i++) {
      bits += Long.bitCount(a[i] ^ b[i]);
    }
    return bits;
  }
}
