package org.splatline.gpu.sift;

import java.util.ArrayList;
import java.util.List;

/**
 * A picture at one size, blurred more and more.
 *
 * @param index from 0, the largest
 * @param levels [LEVELS][H, W] in [0, 1]
 */
record Octave(int index, int width, int height, float[][] levels) {

  /** The scale space of a picture, from its double size on. */
  static List<Octave> all(GreyPicture picture) {
    List<Octave> octaves = new ArrayList<>();
    for (int o = 0; o < SiftRule.octaves(picture.width(), picture.height()); o++) {
      octaves.add(o == 0 ? doubled(picture) : octaves.get(o - 1).halved());
    }
    return octaves;
  }

  /** Enlarges by linear interpolation. */
  private static Octave doubled(GreyPicture picture) {
    int width = 2 * picture.width();
    int height = 2 * picture.height();
    float[] large = new float[width * height];
    for (int y = 0; y < height; y++) {
      int down = y % 2 == 1 && y / 2 + 1 < picture.height() ? picture.width() : 0;
      for (int x = 0; x < width; x++) {
        int at = y / 2 * picture.width() + x / 2;
        int right = x % 2 == 1 && x / 2 + 1 < picture.width() ? 1 : 0;
        int sum =
            grey(picture, at)
                + grey(picture, at + right)
                + grey(picture, at + down)
                + grey(picture, at + down + right);
        large[y * width + x] = sum / 1020f;
      }
    }
    return of(0, width, height, blurred(large, width, height, SiftRule.window(0)));
  }

  private static int grey(GreyPicture picture, int at) {
    return picture.luma()[at] & 0xff;
  }

  /** Takes every second pixel of the level with twice the blur. */
  private Octave halved() {
    int newWidth = width / 2;
    int newHeight = height / 2;
    float[] from = levels[SiftRule.STEPS];
    float[] small = new float[newWidth * newHeight];
    for (int y = 0; y < newHeight; y++) {
      for (int x = 0; x < newWidth; x++) {
        small[y * newWidth + x] = from[2 * y * width + 2 * x];
      }
    }
    return of(index + 1, newWidth, newHeight, small);
  }

  private static Octave of(int index, int width, int height, float[] first) {
    float[][] levels = new float[SiftRule.LEVELS][];
    levels[0] = first;
    for (int level = 1; level < levels.length; level++) {
      levels[level] = blurred(levels[level - 1], width, height, SiftRule.window(level));
    }
    return new Octave(index, width, height, levels);
  }

  /** Blurs along x, then along y. Beyond its border, a picture goes on as it is there. */
  private static float[] blurred(float[] from, int width, int height, float[] window) {
    float[] along = new float[from.length];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        float sum = window[0] * from[y * width + x];
        for (int i = 1; i < window.length; i++) {
          int left = Math.max(x - i, 0);
          int right = Math.min(x + i, width - 1);
          sum += window[i] * (from[y * width + left] + from[y * width + right]);
        }
        along[y * width + x] = sum;
      }
    }
    float[] to = new float[from.length];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        float sum = window[0] * along[y * width + x];
        for (int i = 1; i < window.length; i++) {
          int above = Math.max(y - i, 0);
          int below = Math.min(y + i, height - 1);
          sum += window[i] * (along[above * width + x] + along[below * width + x]);
        }
        to[y * width + x] = sum;
      }
    }
    return to;
  }

  float difference(int d, int x, int y) {
    int at = y * width + x;
    return levels[d + 1][at] - levels[d][at];
  }

  /** The slope of a level along x, from the neighbours of a pixel; at the border from one. */
  float slopeX(int level, int x, int y) {
    float[] row = levels[level];
    int left = Math.max(x - 1, 0);
    int right = Math.min(x + 1, width - 1);
    float rise = row[y * width + right] - row[y * width + left];
    return right - left == 2 ? 0.5f * rise : rise;
  }

  float slopeY(int level, int x, int y) {
    float[] row = levels[level];
    int above = Math.max(y - 1, 0);
    int below = Math.min(y + 1, height - 1);
    float rise = row[below * width + x] - row[above * width + x];
    return below - above == 2 ? 0.5f * rise : rise;
  }
}
