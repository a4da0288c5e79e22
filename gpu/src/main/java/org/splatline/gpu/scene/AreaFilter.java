package org.splatline.gpu.scene;

import static org.splatline.gpu.Checks.checkArgument;

import java.util.Arrays;

/**
 * Reduces pictures: each new pixel is the mean of the old ones below it, by covered area. All sums
 * are whole numbers: an old side is cut into as many parts as the new one has pixels, so that every
 * overlap is a whole number of parts and rounding happens once, at the end.
 */
public final class AreaFilter {
  private AreaFilter() {}

  /**
   * To {@code width} x {@code height}, neither above the picture's; channels kept, transparent
   * pixels weigh by their alpha. Values are rounded to the nearest. The picture itself where the
   * size is its own.
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
    byte[] reduced = new byte[width * height * channels];
    long[] row = new long[width * channels]; // one old row, reduced along x
    long[] sums = new long[width * channels]; // the new row so far
    int newRow = 0;
    for (int y = 0; y < picture.height(); y++) {
      reduceRow(picture, y, width, row);
      // Old row y covers the parts [y * height, (y + 1) * height) of picture.height() a new row.
      long end = (long) (y + 1) * height;
      long border = (long) (newRow + 1) * picture.height();
      long above = Math.min(height, height - (end - border));
      addTimes(row, above, sums);
      if (end >= border) {
        writeRow(sums, (long) picture.width() * picture.height(), channels, reduced, newRow++);
        Arrays.fill(sums, 0);
        addTimes(row, height - above, sums);
      }
    }
    return new Picture(width, height, channels, reduced);
  }

  /** Sums along x, colours of RGBA times their alpha. */
  private static void reduceRow(Picture picture, int y, int width, long[] row) {
    int channels = picture.channels();
    byte[] pixels = picture.pixels();
    int from = y * picture.width() * channels;
    int oldWidth = picture.width();
    Arrays.fill(row, 0);
    int to = 0;
    long border = oldWidth;
    for (int x = 0; x < oldWidth; x++, from += channels) {
      long end = (long) (x + 1) * width;
      long left = Math.min(width, width - (end - border));
      addPixel(pixels, from, channels, left, row, to);
      if (end >= border) {
        to += channels;
        border += oldWidth;
        if (left < width) {
          addPixel(pixels, from, channels, width - left, row, to);
        }
      }
    }
  }

  private static void addPixel(
      byte[] pixels, int from, int channels, long weight, long[] row, int to) {
    long alpha = weight;
    if (channels == 4) {
      alpha *= pixels[from + 3] & 0xff;
      row[to + 3] += alpha;
    }
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

  private static void writeRow(long[] sums, long area, int channels, byte[] reduced, int newRow) {
    int to = newRow * sums.length;
    for (int i = 0; i < sums.length; i += channels) {
      long weight = channels == 4 ? sums[i + 3] : area;
      for (int c = 0; c < 3; c++) {
        reduced[to + i + c] = weight == 0 ? 0 : Rounding.quotient(sums[i + c], weight);
      }
      if (channels == 4) {
        reduced[to + i + 3] = Rounding.quotient(weight, area);
      }
    }
  }
}
