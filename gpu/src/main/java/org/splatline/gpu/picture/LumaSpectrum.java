package org.splatline.gpu.picture;

import static org.splatline.gpu.Checks.checkArgument;

import java.util.Arrays;

/**
 * The spectrum of a picture's luma (ITU-R BT.601), divided into bands: how much of the picture each
 * smaller size still shows. It is that of the largest crop around the centre whose sides are powers
 * of two, without its mean, under a Hann window, which keeps the edges of the crop out of the high
 * frequencies.
 */
public final class LumaSpectrum {
  /** Longest side of the crop, px. */
  private static final int MAX_SIDE = 1024;

  private LumaSpectrum() {}

  /**
   * The amplitudes that a picture still shows when each side is reduced to a share of its length,
   * the scale: the sum of the moduli of all frequencies, horizontal and vertical, up to half a
   * scale in cycles a pixel, but 0. Noise of the same strength has the same sum in pictures of all
   * sizes. The sum is about 0 if one colour fills the picture. Ignored pixels count as the mean of
   * all others.
   *
   * @param background behind transparent pixels, 0 to 1
   * @param scales in ascending order, each in (0, 1]
   * @return one sum for each scale, in ascending order
   */
  public static double[] amplitudes(Picture picture, float background, double... scales) {
    for (int i = 0; i < scales.length; i++) {
      checkArgument(
          (i == 0 ? 0 : scales[i - 1]) < scales[i] && scales[i] <= 1,
          "Invalid scales: %s do not ascend in (0, 1]",
          Arrays.toString(scales));
    }
    int width = cropped(picture.width());
    int height = cropped(picture.height());
    double[] real = luma(picture, background, width, height);
    double[] imaginary = new double[real.length];
    removeMean(real, width, height);
    transform(real, imaginary, width, height);
    double[] amplitudes = new double[scales.length];
    for (int y = 0; y < height; y++) {
      double vertical = frequency(y, height);
      for (int x = 0; x < width; x++) {
        int i = y * width + x;
        double highest = 2 * Math.max(vertical, frequency(x, width));
        int band = 0;
        while (band < scales.length && highest > scales[band]) {
          band++;
        }
        if (i > 0 && band < scales.length) {
          amplitudes[band] += Math.sqrt(real[i] * real[i] + imaginary[i] * imaginary[i]);
        }
      }
    }
    double pixels = (double) width * height;
    double sum = 0;
    for (int band = 0; band < scales.length; band++) {
      sum += amplitudes[band];
      amplitudes[band] = sum / (pixels * Math.sqrt(pixels));
    }
    return amplitudes;
  }

  private static int cropped(int side) {
    return Math.min(MAX_SIDE, Integer.highestOneBit(side));
  }

  /** Cycles a pixel of one row or column of a transform. */
  private static double frequency(int index, int length) {
    return (double) Math.min(index, length - index) / length;
  }

  /** [height, width] around the centre; NaN where a pixel is ignored. */
  private static double[] luma(Picture picture, float background, int width, int height) {
    int left = (picture.width() - width) / 2;
    int top = (picture.height() - height) / 2;
    int channels = picture.channels();
    byte[] pixels = picture.pixels();
    double[] luma = new double[width * height];
    for (int i = 0; i < luma.length; i++) {
      int p = (top + i / width) * picture.width() + left + i % width;
      int at = p * channels;
      double value =
          (0.299 * (pixels[at] & 0xff)
                  + 0.587 * (pixels[at + 1] & 0xff)
                  + 0.114 * (pixels[at + 2] & 0xff))
              / 255;
      double alpha = channels == 4 ? (pixels[at + 3] & 0xff) / 255.0 : 1;
      luma[i] = picture.counts(p) ? value * alpha + (1 - alpha) * background : Double.NaN;
    }
    return luma;
  }

  /**
   * Subtracts the mean and applies the window. The mean is weighted by the window, so that none of
   * it is left in the low frequencies.
   */
  private static void removeMean(double[] luma, int width, int height) {
    double[] columns = hann(width);
    double[] rows = hann(height);
    double sum = 0;
    double weights = 0;
    for (int i = 0; i < luma.length; i++) {
      if (!Double.isNaN(luma[i])) {
        double weight = rows[i / width] * columns[i % width];
        sum += weight * luma[i];
        weights += weight;
      }
    }
    double mean = weights > 0 ? sum / weights : 0;
    for (int i = 0; i < luma.length; i++) {
      luma[i] = Double.isNaN(luma[i]) ? 0 : (luma[i] - mean) * rows[i / width] * columns[i % width];
    }
  }

  private static double[] hann(int length) {
    double[] window = new double[length];
    for (int i = 0; i < length; i++) {
      window[i] = 0.5 - 0.5 * Math.cos(2 * Math.PI * (i + 0.5) / length);
    }
    return window;
  }

  /** Transforms rows, then columns, of [height, width]. */
  private static void transform(double[] real, double[] imaginary, int width, int height) {
    Fft rows = new Fft(width);
    double[] lineReal = new double[width];
    double[] lineImaginary = new double[width];
    for (int y = 0; y < height; y++) {
      System.arraycopy(real, y * width, lineReal, 0, width);
      Arrays.fill(lineImaginary, 0);
      rows.transform(lineReal, lineImaginary);
      System.arraycopy(lineReal, 0, real, y * width, width);
      System.arraycopy(lineImaginary, 0, imaginary, y * width, width);
    }
    Fft columns = new Fft(height);
    lineReal = new double[height];
    lineImaginary = new double[height];
    for (int x = 0; x < width; x++) {
      for (int y = 0; y < height; y++) {
        lineReal[y] = real[y * width + x];
        lineImaginary[y] = imaginary[y * width + x];
      }
      columns.transform(lineReal, lineImaginary);
      for (int y = 0; y < height; y++) {
        real[y * width + x] = lineReal[y];
        imaginary[y * width + x] = lineImaginary[y];
      }
    }
  }
}
