package org.splatline.gpu.picture;

import com.drew.imaging.ImageMetadataReader;
import com.drew.imaging.ImageProcessingException;
import com.drew.metadata.exif.ExifIFD0Directory;
import java.io.IOException;
import java.nio.file.Path;

/**
 * How a camera was held: where a photograph's stored first row and column belong when it is looked
 * at (EXIF 2.3, tag 0x0112). Only those that swap its sides matter here: what is merely mirrored or
 * upside down has the size it is stored in.
 */
public enum Orientation {
  /** As stored, or not swapping sides. */
  SAME_SIDES,
  /** 5: first row left, first column top. */
  TRANSPOSED,
  /** 6: first row right, first column top. */
  RIGHT_TOP,
  /** 7: first row right, first column bottom. */
  RIGHT_BOTTOM,
  /** 8: first row left, first column bottom. */
  LEFT_BOTTOM;

  private static final int FIRST_SWAPPING = 5;

  /** What can't be read counts as absent: EXIF is hearsay. */
  public static Orientation of(Path file) {
    try {
      for (ExifIFD0Directory directory :
          ImageMetadataReader.readMetadata(file.toFile())
              .getDirectoriesOfType(ExifIFD0Directory.class)) {
        Integer value = directory.getInteger(ExifIFD0Directory.TAG_ORIENTATION);
        if (value != null && FIRST_SWAPPING <= value && value < FIRST_SWAPPING + 4) {
          return values()[1 + value - FIRST_SWAPPING];
        }
      }
    } catch (ImageProcessingException | IOException | RuntimeException e) {
      return SAME_SIDES; // the library throws what it meets in damaged directories
    }
    return SAME_SIDES;
  }

  /** The size looked at of one stored. */
  public PictureSize of(PictureSize stored) {
    if (this == SAME_SIDES) {
      return stored;
    }
    int across = stored.height();
    int down = stored.width();
    return new PictureSize(across, down);
  }

  /** The picture looked at, with its mask, of one stored. */
  public Picture of(Picture stored) {
    if (this == SAME_SIDES) {
      return stored;
    }
    PictureSize size = of(new PictureSize(stored.width(), stored.height()));
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

  /** Index in [H, W] of the stored pixel that is looked at in a column and row. */
  private int storedAt(int column, int row, Picture stored) {
    int right = stored.width() - 1;
    int bottom = stored.height() - 1;
    int x = this == LEFT_BOTTOM || this == RIGHT_BOTTOM ? right - row : row;
    int y = this == RIGHT_TOP || this == RIGHT_BOTTOM ? bottom - column : column;
    return y * stored.width() + x;
  }
}
