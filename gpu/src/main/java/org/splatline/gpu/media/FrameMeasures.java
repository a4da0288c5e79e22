package org.splatline.gpu.media;

import java.util.Arrays;

/**
 * Measures the frames of a video one after the other: how far the camera has moved since the first
 * one, and how sharp each is.
 *
 * <p>Motion is the mean change of grey divided by the mean slope of grey, which is the shift in
 * pixels for small shifts (Horn and Schunck 1981, equation 1). It is measured from the last frame
 * from which the picture had moved by a pixel of a small picture, so that noise, a trembling hand
 * and repeated frames do not add up.
 */
final class FrameMeasures {
  private static final int SMALL_SIDE = 120; // px of the longer side
  private static final double MOST_SHIFT = 6; // px; the measure does not grow beyond this
  private static final double LEAST_SLOPE = 0.25; // grey levels per px: nothing to see

  private final int width;
  private final int height;
  private final int cell; // px of a frame per px of its small picture
  private final int smallWidth;
  private final int smallHeight;
  private double[] motion = new double[1024];
  private double[] sharpness = new double[1024];
  private int count;
  private float[] anchor; // null: no frame yet
  private double atAnchor; // motion up to it, small px

  FrameMeasures(int width, int height) {
    this.width = width;
    this.height = height;
    this.cell = Math.max(1, Math.max(width, height) / SMALL_SIDE);
    this.smallWidth = width / cell;
    this.smallHeight = height / cell;
  }

  /** Adds the next frame: grey, [height, width]. */
  void add(byte[] grey) {
    if (count == motion.length) {
      motion = Arrays.copyOf(motion, 2 * count);
      sharpness = Arrays.copyOf(sharpness, 2 * count);
    }
    float[] small = small(grey);
    double now = 0;
    if (anchor == null) {
      anchor = small;
    } else {
      double shift = shift(anchor, small);
      now = Math.max(motion[count - 1], atAnchor + shift);
      if (shift >= 1) {
        anchor = small;
        atAnchor = now;
      }
    }
    motion[count] = now;
    sharpness[count] = laplacianVariance(grey);
    count++;
  }

  int count() {
    return count;
  }

  /** Motion up to each frame, as a share of the picture's longer side, never falling. */
  double[] motion() {
    double side = Math.max(smallWidth, smallHeight);
    return Arrays.stream(motion, 0, count).map(shift -> shift / side).toArray();
  }

  /** Variance of the Laplacian of each frame's grey values. */
  double[] sharpness() {
    return Arrays.copyOf(sharpness, count);
  }

  /** Means of cells, without the mean of all: exposure does not count as motion. */
  private float[] small(byte[] grey) {
    float[] small = new float[smallWidth * smallHeight];
    double sum = 0;
    for (int row = 0; row < smallHeight; row++) {
      for (int column = 0; column < smallWidth; column++) {
        int cellSum = 0;
        for (int y = row * cell; y < (row + 1) * cell; y++) {
          for (int x = column * cell; x < (column + 1) * cell; x++) {
            cellSum += grey[y * width + x] & 0xff;
          }
        }
        small[row * smallWidth + column] = (float) cellSum / (cell * cell);
        sum += small[row * smallWidth + column];
      }
    }
    float mean = (float) (sum / small.length);
    for (int i = 0; i < small.length; i++) {
      small[i] -= mean;
    }
    return small;
  }

  private double shift(float[] before, float[] after) {
    double change = 0;
    for (int i = 0; i < before.length; i++) {
      change += Math.abs(after[i] - before[i]);
    }
    // A blurred frame has less slope than what it shows.
    double slope = Math.max(slope(before), slope(after));
    double shift = change / before.length / Math.max(LEAST_SLOPE, slope);
    return Math.min(MOST_SHIFT, shift);
  }

  private double slope(float[] small) {
    double sum = 0;
    for (int row = 0; row + 1 < smallHeight; row++) {
      for (int column = 0; column + 1 < smallWidth; column++) {
        int at = row * smallWidth + column;
        sum += Math.abs(small[at + 1] - small[at]) + Math.abs(small[at + smallWidth] - small[at]);
      }
    }
    return sum / 2 / Math.max(1, (smallHeight - 1) * (smallWidth - 1));
  }

  private double laplacianVariance(byte[] grey) {
    double sum = 0;
    double squares = 0;
    int pixels = 0;
    for (int y = 1; y < height - 1; y++) {
      for (int x = 1; x < width - 1; x++) {
        int at = y * width + x;
        int value =
            (grey[at - 1] & 0xff)
                + (grey[at + 1] & 0xff)
                + (grey[at - width] & 0xff)
                + (grey[at + width] & 0xff)
                - 4 * (grey[at] & 0xff);
        sum += value;
        squares += (double) value * value;
        pixels++;
      }
    }
    double mean = sum / Math.max(1, pixels);
    return squares / Math.max(1, pixels) - mean * mean;
  }
}
