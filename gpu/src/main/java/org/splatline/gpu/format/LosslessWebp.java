package org.splatline.gpu.format;

import com.luciad.imageio.webp.CompressionType;
import com.luciad.imageio.webp.WebPImageReaderSpi;
import com.luciad.imageio.webp.WebPImageWriterSpi;
import com.luciad.imageio.webp.WebPWriteParam;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Locale;
import javax.imageio.IIOImage;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.splatline.gpu.io.PrivateFolder;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/**
 * Pictures of bytes in lossless WebP: what is decoded is what was encoded, also where alpha is 0.
 */
final class LosslessWebp {
  /** The most pixels along a side that the format can hold. */
  static final int MAX_SIDE = 16383;

  private static final int METHOD = 4; // 6 is 20 times slower and saves 1 to 2 %

  private LosslessWebp() {}

  /**
   * Encodes and decodes one pixel, for which the native library is loaded.
   *
   * @throws SceneException TOOL_INCOMPATIBLE if it can't be used on this machine
   */
  static void check() {
    Pixels pixel = new Pixels(1, 1, new int[] {0x12345678});
    try {
      if (decode(encode(pixel), 1).argb()[0] != pixel.argb()[0]) {
        throw unusable("it changes pixels", null);
      }
    } catch (IOException | IllegalStateException | LinkageError e) {
      throw unusable(e.getCause() == null ? e.toString() : e.getCause().toString(), e);
    }
  }

  private static SceneException unusable(String why, Throwable cause) {
    return new SceneException(
        Verdict.TOOL_INCOMPATIBLE,
        "Cannot write .sog: the WebP library does not work on this machine: %s. Allow programs in %s (java.io.tmpdir), or take sog out of export.formats"
            .formatted(why, System.getProperty("java.io.tmpdir")),
        cause);
  }

  /** How many pixels a picture has along its sides. */
  record Size(int width, int height) {}

  /** A picture's ARGB pixels, row by row. */
  record Pixels(int width, int height, int[] argb) {}

  static byte[] encode(Pixels pixels) {
    placeLibrary();
    BufferedImage image =
        new BufferedImage(pixels.width(), pixels.height(), BufferedImage.TYPE_INT_ARGB);
    image.getRaster().setDataElements(0, 0, pixels.width(), pixels.height(), pixels.argb());
    WebPWriteParam param = new WebPWriteParam(Locale.ROOT);
    param.setCompressionType(CompressionType.Lossless);
    param.setExact(true);
    param.setMethod(METHOD);
    ImageWriter writer = new WebPImageWriterSpi().createWriterInstance(null);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), param);
      out.flush();
    } catch (IOException e) {
      throw new IllegalStateException(
          "Cannot encode a picture of %d x %d".formatted(pixels.width(), pixels.height()), e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  /** Says where the library unpacks itself: where no other user can touch it. */
  private static void placeLibrary() {
    try {
      System.setProperty("com.luciad.imageio.webp.tmpdir", PrivateFolder.create().toString());
    } catch (IOException e) {
      throw new IllegalStateException("Cannot unpack the WebP library", e);
    }
  }

  /**
   * Decodes a picture. Its size is known, and checked, before anything is allocated for its pixels.
   *
   * @param maxPixels the most that it may have
   * @throws IOException with the reason as its message, when it is not such a picture, is damaged
   *     or has more pixels
   */
  static Pixels decode(byte[] bytes, long maxPixels) throws IOException {
    placeLibrary();
    size(bytes, maxPixels);
    ImageReader reader = new WebPImageReaderSpi().createReaderInstance(null);
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      reader.setInput(in, true, true);
      BufferedImage image = reader.read(0);
      int width = image.getWidth();
      int height = image.getHeight();
      return new Pixels(width, height, image.getRGB(0, 0, width, height, null, 0, width));
    } catch (IOException
        | RuntimeException e) { // of the decoder, which is strict about nothing else
      throw new IOException("its WebP picture is damaged", e);
    } finally {
      reader.dispose();
    }
  }

  /**
   * Reads only a picture's size: walks over the chunks to the lossless picture, whose first bytes
   * hold it.
   *
   * @param maxPixels the most that it may have
   * @throws IOException with the reason as its message, when it is not such a picture or has more
   *     pixels
   */
  static Size size(byte[] bytes, long maxPixels) throws IOException {
    if (!isAt(bytes, 0, "RIFF") || !isAt(bytes, 8, "WEBP")) {
      throw new IOException("it is not a WebP picture");
    }
    long at = 12;
    while (at + 8 <= bytes.length && !isAt(bytes, (int) at, "VP8L")) {
      if (isAt(bytes, (int) at, "VP8 ") || isAt(bytes, (int) at, "ANIM")) {
        throw new IOException("it is not a lossless WebP picture");
      }
      long length = Integer.toUnsignedLong(littleEndian(bytes, (int) at + 4));
      at += 8 + length + (length & 1);
    }
    if (at + 13 > bytes.length || bytes[(int) at + 8] != 0x2f) {
      throw new IOException("it is not a lossless WebP picture");
    }
    int sides = littleEndian(bytes, (int) at + 9);
    int width = (sides & 0x3fff) + 1;
    int height = (sides >>> 14 & 0x3fff) + 1;
    if ((long) width * height > maxPixels) {
      throw new IOException("it has %d x %d pixels".formatted(width, height));
    }
    if (at > 12) { // an extended file names its size twice
      int canvas = littleEndian(bytes, 24) & 0xffffff;
      int rows = littleEndian(bytes, 26) >>> 8;
      if (!isAt(bytes, 12, "VP8X") || canvas + 1 != width || rows + 1 != height) {
        throw new IOException("it has two sizes");
      }
    }
    return new Size(width, height);
  }

  private static boolean isAt(byte[] bytes, int at, String name) {
    for (int i = 0; i < 4; i++) {
      if (at + i >= bytes.length || bytes[at + i] != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static int littleEndian(byte[] bytes, int at) {
    int value = 0;
    for (int i = 3; i >= 0; i--) {
      value = value << 8 | Byte.toUnsignedInt(bytes[at + i]);
    }
    return value;
  }
}
