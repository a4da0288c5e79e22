package org.splatline.gpu.synthetic;

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
import org.splatline.gpu.picture.FloatImage;

/** Encodes pixels as picture files. */
final class Jpeg {
  private static final float QUALITY = 0.95f;

  private Jpeg() {}

  /** Converts to 8 bits per channel, rounded. */
  static BufferedImage quantized(FloatImage image) {
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

  static byte[] encode(FloatImage image) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      ImageWriteParam parameters = writer.getDefaultWriteParam();
      parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      parameters.setCompressionQuality(QUALITY);
      writer.setOutput(out);
      writer.write(null, new IIOImage(quantized(image), null, null), parameters);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // cannot happen in memory
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
