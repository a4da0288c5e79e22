package org.splatline.gpu.picture;

import static org.splatline.gpu.Checks.checkArgument;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Encodes images as JPEG. */
public final class JpegWriter {
  private JpegWriter() {}

  /** Converts to 8 bits per channel, rounded. */
  public static BufferedImage quantized(FloatImage image) {
    BufferedImage result =
        new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
    int[] pixels = new int[image.width() * image.height()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] =
          Math.round(image.rgb()[3 * i] * 255) << 16
              | Math.round(image.rgb()[3 * i + 1] * 255) << 8
              | Math.round(image.rgb()[3 * i + 2] * 255);
    }
    result.setRGB(0, 0, image.width(), image.height(), pixels, 0, image.width());
    return result;
  }

  /** The same pixels, without a mask. */
  public static BufferedImage image(Picture picture) {
    checkArgument(picture.channels() == 3, "Invalid picture: %s channels", picture.channels());
    BufferedImage result =
        new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_RGB);
    int[] rgb = new int[picture.width() * picture.height()];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] =
          Byte.toUnsignedInt(picture.pixels()[3 * i]) << 16
              | Byte.toUnsignedInt(picture.pixels()[3 * i + 1]) << 8
              | Byte.toUnsignedInt(picture.pixels()[3 * i + 2]);
    }
    result.setRGB(0, 0, picture.width(), picture.height(), rgb, 0, picture.width());
    return result;
  }

  /**
   * The bytes of a JPEG file.
   *
   * @param quality from 0 to 1
   */
  public static byte[] encode(BufferedImage image, float quality) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      ImageWriteParam parameters = writer.getDefaultWriteParam();
      parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      parameters.setCompressionQuality(quality);
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), parameters);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // cannot happen in memory
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
