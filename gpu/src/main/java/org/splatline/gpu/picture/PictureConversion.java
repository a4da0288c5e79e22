package org.splatline.gpu.picture;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;

/**
 * Converts ImageIO's many pixel layouts to the two of {@link Picture}. Keeps the stored values: no
 * colour space is converted.
 */
final class PictureConversion {
  private PictureConversion() {}

  static Picture toPicture(BufferedImage image) {
    if (image.getType() == BufferedImage.TYPE_3BYTE_BGR) {
      return fromBgr(image);
    }
    ColorModel colors = image.getColorModel();
    int bands = image.getRaster().getNumBands();
    return colors instanceof ComponentColorModel && bands <= 4
        ? fromComponents(image, bands)
        : fromPacked(image);
  }

  /** The layout that the JPEG decoder returns, in place: a copy would need as much memory again. */
  private static Picture fromBgr(BufferedImage image) {
    byte[] pixels = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    for (int i = 0; i < pixels.length; i += 3) {
      byte blue = pixels[i];
      pixels[i] = pixels[i + 2];
      pixels[i + 2] = blue;
    }
    return new Picture(image.getWidth(), image.getHeight(), 3, pixels);
  }

  /**
   * Grey, grey with alpha, RGB or RGBA, with 8 or 16 bits. Does not use getRGB, which
   * gamma-corrects grey.
   */
  private static Picture fromComponents(BufferedImage image, int bands) {
    Raster raster = image.getRaster();
    int width = image.getWidth();
    int height = image.getHeight();
    int channels = bands % 2 == 0 ? 4 : 3;
    int colorStep = bands < 3 ? 0 : 1;
    int max = (1 << image.getColorModel().getComponentSize(0)) - 1;
    byte[] pixels = new byte[width * height * channels];
    int[] row = new int[width * bands];
    int to = 0;
    for (int y = 0; y < height; y++) {
      raster.getPixels(0, y, width, 1, row);
      for (int from = 0; from < row.length; from += bands) {
        for (int c = 0; c < 3; c++) {
          pixels[to++] = to8Bits(row[from + c * colorStep], max);
        }
        if (channels == 4) {
          pixels[to++] = to8Bits(row[from + bands - 1], max);
        }
      }
    }
    return new Picture(width, height, channels, pixels);
  }

  private static byte to8Bits(int value, int max) {
    return (byte) (max == 255 ? value : (int) ((value * 255L * 2 + max) / (2L * max)));
  }

  /** Palettes, and pixels packed into one number. */
  private static Picture fromPacked(BufferedImage image) {
    int width = image.getWidth();
    int channels = image.getColorModel().hasAlpha() ? 4 : 3;
    byte[] pixels = new byte[width * image.getHeight() * channels];
    int[] row = new int[width];
    int to = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      image.getRGB(0, y, width, 1, row, 0, width);
      for (int argb : row) {
        pixels[to++] = (byte) (argb >> 16);
        pixels[to++] = (byte) (argb >> 8);
        pixels[to++] = (byte) argb;
        if (channels == 4) {
          pixels[to++] = (byte) (argb >>> 24);
        }
      }
    }
    return new Picture(width, image.getHeight(), channels, pixels);
  }
}
