package org.splatline.gpu.picture;

import static org.splatline.gpu.Checks.checkArgument;

import java.util.Arrays;

/**
 * Reduces pictures. Each new pixel is the mean of the old pixels that it covers and that count,
 * weighted by covered area. All sums are whole numbers: an old side is divided into as many parts
 * as the new side has pixels, so that every overlap is a whole number of parts. Values are rounded
 * once, at the end.
 */
public final class AreaFilter {
  /** Number of sums per pixel: three colours times alpha, alpha, and the area that counts. */
  private static final int SUMS = 5;

  private static final int ALPHA = 3;
  private static final int COUNTED = 4;

  private AreaFilter() {}

  /**
   * Reduces a picture to {@code width} x {@code height}, neither larger than the picture's.
   * Channels stay. Pixels are weighted by their alpha; ignored pixels have no weight. Values are
   * rounded to the nearest. A new pixel counts when at least half of its area does. Returns the
   * picture itself when it already has the size.
   */
  public static Picture reduce(Picture picture, int width, int height) {
    checkArgument(
        0 < width && width <= picture.width() && 0 < height && height <= picture.height(),
        "Invalid reduced size: %s x %s px of a picture of %s x %s px",
        width,
        height,
        picture.width(),
        picture.height());
    if (width == picture.width() && height == picture.height()) {
      return picture;
    }
    int channels = picture.channels();
    Picture reduced =
        new Picture(
            width,
            height,
            channels,
            new byte[width * height * channels],
            new byte[picture.isMasked() ? width * height : 0]);
    long[] row = new long[width * SUMS]; // one old row, reduced along x
    long[] sums = new long[width * SUMS]; // the new row so far
    int newRow = 0;
    for (int y = 0; y < picture.height(); y++) {
      reduceRow(picture, y, width, row);
      // Old row y covers the parts [y * height, (y + 1) * height); a new row has picture.height().
      long end = (long) (y + 1) * height;
      long border = (long) (newRow + 1) * picture.height();
      long above = Math.min(height, height - (end - border));
      addTimes(row, above, sums);
      if (end >= border) {
        writeRow(sums, (long) picture.width() * picture.height(), reduced, newRow++);
        Arrays.fill(sums, 0);
        addTimes(row, height - above, sums);
      }
    }
    return reduced;
  }

  /** Reduces one old row along x, as sums. */
  private static void reduceRow(Picture picture, int y, int width, long[] row) {
    int oldWidth = picture.width();
    int from = y * oldWidth;
    Arrays.fill(row, 0);
    int to = 0;
    long border = oldWidth;
    for (int x = 0; x < oldWidth; x++, from++) {
      long end = (long) (x + 1) * width;
      long left = Math.min(width, width - (end - border));
      addPixel(picture, from, left, row, to);
      if (end >= border) {
        to += SUMS;
        border += oldWidth;
        if (left < width) {
          addPixel(picture, from, width - left, row, to);
        }
      }
    }
  }

  private static void addPixel(Picture picture, int p, long weight, long[] row, int to) {
    if (!picture.counts(p)) {
      return;
    }
    byte[] pixels = picture.pixels();
    int from = p * picture.channels();
    long alpha = weight * (picture.channels() == 4 ? pixels[from + 3] & 0xff : 1);
    row[to + COUNTED] += weight;
    row[to + ALPHA] += alpha;
    row[to] += alpha * (pixels[from] & 0xff);
    row[to + 1] += alpha * (pixels[from + 1] & 0xff);
    row[to + 2] += alpha * (pixels[from + 2] & 0xff);
  }

  private static void addTimes(long[] row, long weight, long[] sums) {
    if (weight > 0) {
      for (int i = 0; i < row.length; i++) {
        sums[i] += weight * row[i];
      }
    }
  }

  private static void writeRow(long[] sums, long area, Picture reduced, int newRow) {
    int channels = reduced.channels();
    for (int x = 0; x < reduced.width(); x++) {
      int from = x * SUMS;
      int p = newRow * reduced.width() + x;
      for (int c = 0; c < 3; c++) {
        reduced.pixels()[p * channels + c] = Rounding.quotient(sums[from + c], sums[from + ALPHA]);
      }
      if (channels == 4) {
        reduced.pixels()[p * channels + 3] =
            Rounding.quotient(sums[from + ALPHA], sums[from + COUNTED]);
      }
      if (reduced.isMasked()) {
        reduced.mask()[p] = (byte) (2 * sums[from + COUNTED] >= area ? 255 : 0);
      }
    }
  }
}
