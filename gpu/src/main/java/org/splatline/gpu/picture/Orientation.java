package org.splatline.gpu.picture;

import java.nio.file.Path;

/**
 * How a viewer has to turn a stored photograph: where its first row and column belong (EXIF 2.3,
 * tag 0x0112). Only the turns that swap width and height matter here. A photograph that is mirrored
 * or upside down keeps its stored size, and its pixels stay as they are.
 */
public enum Orientation {
  /** The sides stay: EXIF's 1 to 4. */
  SAME_SIDES,
  /** EXIF's 5: the first row is the left side, the first column the top. */
  TRANSPOSED,
  /** EXIF's 6: the first row is the right side, the first column the top. */
  RIGHT_TOP,
  /** EXIF's 7: the first row is the right side, the first column the bottom. */
  RIGHT_BOTTOM,
  /** EXIF's 8: the first row is the left side, the first column the bottom. */
  LEFT_BOTTOM;

  private static final int FIRST_SWAPPING = 5;

  /** The orientation in a file's EXIF, as {@link Exif#of} reads it. */
  public static Orientation of(Path file) {
    int orientation = Exif.of(file).orientation();
    return orientation < FIRST_SWAPPING ? SAME_SIDES : values()[1 + orientation - FIRST_SWAPPING];
  }

  /** The upright size of a photograph that is stored with the given size. */
  public PictureSize upright(PictureSize stored) {
    return this == SAME_SIDES ? stored : stored.turned();
  }

  /** The upright photograph, with its mask. The picture itself when its sides stay. */
  public Picture upright(Picture stored) {
    if (this == SAME_SIDES) {
      return stored;
    }
    PictureSize size = upright(new PictureSize(stored.width(), stored.height()));
    Picture turned =
        new Picture(
            size.width(),
            size.height(),
            stored.channels(),
            new byte[stored.pixels().length],
            new byte[stored.mask().length]);
    for (int p = 0; p < stored.width() * stored.height(); p++) {
      int from = storedAt(p % turned.width(), p / turned.width(), stored);
      int channels = stored.channels();
      System.arraycopy(stored.pixels(), channels * from, turned.pixels(), channels * p, channels);
      if (stored.isMasked()) {
        turned.mask()[p] = stored.mask()[from];
      }
    }
    return turned;
  }

  /** Index in [H, W] of the stored pixel that belongs to a column and row when upright. */
  private int storedAt(int column, int row, Picture stored) {
    int right = stored.width() - 1;
    int bottom = stored.height() - 1;
    int x = this == LEFT_BOTTOM || this == RIGHT_BOTTOM ? right - row : row;
    int y = this == RIGHT_TOP || this == RIGHT_BOTTOM ? bottom - column : column;
    return y * stored.width() + x;
  }
}
