package org.splatline.gpu.sift;

import java.util.Arrays;

/**
 * What the gradients around a keypoint say: its orientations and its descriptors (Lowe 2004,
 * sections 5 and 6). Histograms are summed in whole numbers, so that order does not matter.
 */
final class Surroundings {
  private static final int DIRECTIONS = 36; // of the histogram of orientations
  private static final float WINDOW = 1.5f; // its blur, in scales of the keypoint
  private static final int SMOOTHINGS = 6;
  private static final float PEAK = 0.8f; // least share of the highest
  private static final int CELLS = 4; // of a descriptor, along each side
  private static final int BINS = 8; // directions of a cell
  private static final float CELL = 3; // side of a cell, in scales of the keypoint
  private static final float LARGEST = 0.2f; // of a descriptor of length 1
  private static final float UNIT = 1 << 22; // of whole numbers

  private final Keypoint keypoint;
  private final Octave octave;
  private final int level;
  private final int column;
  private final int row;

  Surroundings(Keypoint keypoint) {
    this.keypoint = keypoint;
    this.octave = keypoint.octave();
    this.level = keypoint.difference();
    this.column = (int) (keypoint.x() + 0.5f);
    this.row = (int) (keypoint.y() + 0.5f);
  }

  /** The first orientations that are peaks, in turns. */
  float[] orientations() {
    float[] histogram = smoothed(directions());
    float highest = 0;
    for (float value : histogram) {
      highest = Math.max(highest, value);
    }
    float[] found = new float[SiftRule.ORIENTATIONS];
    int count = 0;
    for (int i = 0; i < DIRECTIONS && count < found.length; i++) {
      float before = histogram[(i + DIRECTIONS - 1) % DIRECTIONS];
      float value = histogram[i];
      float after = histogram[(i + 1) % DIRECTIONS];
      if (value > PEAK * highest && value > before && value > after) {
        float offset = 0.5f * (before - after) / (before + after - 2 * value);
        found[count++] = (i + offset + 0.5f) / DIRECTIONS;
      }
    }
    return Arrays.copyOf(found, count);
  }

  private float[] directions() {
    float blur = WINDOW * keypoint.scale();
    int radius = Math.max(1, (int) (3 * blur));
    float farthest = radius * radius + 0.6f;
    float factor = -0.5f / (blur * blur);
    int[] histogram = new int[DIRECTIONS];
    for (int y = Math.max(row - radius, 0); y <= Math.min(row + radius, octave.height() - 1); y++) {
      for (int x = Math.max(column - radius, 0);
          x <= Math.min(column + radius, octave.width() - 1);
          x++) {
        float dx = x - keypoint.x();
        float dy = y - keypoint.y();
        float squared = dx * dx + dy * dy;
        if (squared >= farthest) {
          continue;
        }
        float slopeX = octave.slopeX(level, x, y);
        float slopeY = octave.slopeY(level, x, y);
        float weight =
            SiftMath.root(slopeX * slopeX + slopeY * slopeY) * SiftMath.exp(squared * factor);
        float place = DIRECTIONS * SiftMath.direction(slopeX, slopeY) - 0.5f;
        float lower = SiftMath.floor(place);
        float share = place - lower;
        int bin = (int) lower + DIRECTIONS;
        histogram[bin % DIRECTIONS] += whole((1 - share) * weight);
        histogram[(bin + 1) % DIRECTIONS] += whole(share * weight);
      }
    }
    return floats(histogram);
  }

  private static float[] smoothed(float[] histogram) {
    float[] values = histogram;
    for (int pass = 0; pass < SMOOTHINGS; pass++) {
      float[] next = new float[DIRECTIONS];
      for (int i = 0; i < DIRECTIONS; i++) {
        float before = values[(i + DIRECTIONS - 1) % DIRECTIONS];
        next[i] = (before + values[i] + values[(i + 1) % DIRECTIONS]) * (1 / 3f);
      }
      values = next;
    }
    return values;
  }

  /** The descriptor for an orientation, [128]. */
  byte[] descriptor(float orientation) {
    float[] values = floats(cells(orientation));
    float length = SiftMath.root(sum(squares(values)));
    float scale = length > 0 ? 1 / length : 0;
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.min(values[i] * scale, LARGEST);
    }
    float all = sum(values);
    float share = all > 0 ? 1 / all : 0;
    byte[] descriptor = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      descriptor[i] = (byte) Math.min(255, (int) (512 * SiftMath.root(values[i] * share) + 0.5f));
    }
    return descriptor;
  }

  private int[] cells(float orientation) {
    float side = CELL * keypoint.scale();
    float cosine = SiftMath.cosine(orientation) / side;
    float sine = SiftMath.sine(orientation) / side;
    int radius = (int) (1.4142135f * side * (0.5f * (CELLS + 1)) + 0.5f);
    int[] cells = new int[CELLS * CELLS * BINS];
    for (int y = Math.max(row - radius, 1); y <= Math.min(row + radius, octave.height() - 2); y++) {
      for (int x = Math.max(column - radius, 1);
          x <= Math.min(column + radius, octave.width() - 2);
          x++) {
        float dx = x - keypoint.x();
        float dy = y - keypoint.y();
        float across = cosine * dx + sine * dy; // in cells from the middle
        float down = cosine * dy - sine * dx;
        float cellX = across + (0.5f * CELLS - 0.5f);
        float cellY = down + (0.5f * CELLS - 0.5f);
        if (cellX <= -1 || cellX >= CELLS || cellY <= -1 || cellY >= CELLS) {
          continue;
        }
        float slopeX = octave.slopeX(level, x, y);
        float slopeY = octave.slopeY(level, x, y);
        float window = SiftMath.exp((across * across + down * down) * (-2f / (CELLS * CELLS)));
        float weight = SiftMath.root(slopeX * slopeX + slopeY * slopeY) * window;
        float turned = SiftMath.direction(slopeX, slopeY) - orientation;
        float bin = BINS * (turned - SiftMath.floor(turned));
        add(cells, weight, cellX, cellY, bin);
      }
    }
    return cells;
  }

  /** Shares a weight among the nearest two cells along x and y, and the nearest two directions. */
  private static void add(int[] cells, float weight, float cellX, float cellY, float bin) {
    int firstX = (int) SiftMath.floor(cellX);
    int firstY = (int) SiftMath.floor(cellY);
    int firstBin = (int) bin;
    float shareX = cellX - firstX;
    float shareY = cellY - firstY;
    float shareBin = bin - firstBin;
    for (int j = 0; j < 2; j++) {
      for (int i = 0; i < 2; i++) {
        int x = firstX + i;
        int y = firstY + j;
        if (x < 0 || x >= CELLS || y < 0 || y >= CELLS) {
          continue;
        }
        float part = weight * (i == 0 ? 1 - shareX : shareX) * (j == 0 ? 1 - shareY : shareY);
        int cell = BINS * (CELLS * y + x);
        // directions count the other way round, as in the first descriptors of COLMAP
        cells[cell + (BINS - firstBin) % BINS] += whole(part * (1 - shareBin));
        cells[cell + (2 * BINS - firstBin - 1) % BINS] += whole(part * shareBin);
      }
    }
  }

  private static int whole(float value) {
    return (int) (value * UNIT + 0.5f);
  }

  private static float[] floats(int[] wholes) {
    float[] floats = new float[wholes.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = Integer.toUnsignedLong(wholes[i]);
    }
    return floats;
  }

  private static float[] squares(float[] values) {
    float[] squares = new float[values.length];
    for (int i = 0; i < squares.length; i++) {
      squares[i] = values[i] * values[i];
    }
    return squares;
  }

  /** The sum of 128 values in a warp's order: of four neighbours each, then pairwise. */
  private static float sum(float[] values) {
    float[] sums = new float[values.length / 4];
    for (int i = 0; i < sums.length; i++) {
      sums[i] = values[4 * i] + values[4 * i + 1] + values[4 * i + 2] + values[4 * i + 3];
    }
    for (int n = sums.length / 2; n > 0; n /= 2) {
      for (int i = 0; i < n; i++) {
        sums[i] += sums[i + n];
      }
    }
    return sums[0];
  }
}
