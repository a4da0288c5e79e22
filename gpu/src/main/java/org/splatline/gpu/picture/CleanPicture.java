package org.splatline.gpu.picture;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/**
 * Writes a stranger's photograph anew, so that COLMAP and the trainer read only JPEG and PNG files
 * whose headers we wrote. The pixels of a JPEG and of a PNG stay bit for bit what they are; any
 * other picture is decoded and stored as PNG, or as JPEG of quality {@value #QUALITY} if EXIF tells
 * something about its camera and it has no alpha. The name stays: both go by the content. Give it
 * only pictures that {@link PictureReader} has decoded.
 */
public final class CleanPicture {
  static final float QUALITY = 0.98f;

  private CleanPicture() {}

  /** Writes it with its orientation. */
  public static void write(Path from, Path to) throws IOException {
    Exif exif = Exif.of(from);
    write(from, to, CameraTags.of(from, exif, exif.orientation()));
  }

  /**
   * Writes it without its orientation. COLMAP 4.0 and later rotate photographs by that tag; earlier
   * releases do not. Without it every release sees the pixels as the sensor delivered them: one
   * size per camera, and no second compression.
   */
  public static void writeAsStored(Path from, Path to) throws IOException {
    write(from, to, CameraTags.of(from, Exif.of(from), Exif.ABSENT.orientation()));
  }

  private static void write(Path from, Path to, TiffDirectory tags) throws IOException {
    Files.write(
        to,
        switch (PictureFormat.of(from)) {
          case JPEG -> withTags(JpegSegments.pictureAlone(PictureReader.bytes(from)), tags);
          case PNG -> PngChunks.pictureAlone(PictureReader.bytes(from));
          case GIF, TIFF, WEBP, HEIC, AVIF, VIDEO, DOCUMENT, RAW, OTHER -> encoded(from, tags);
        });
  }

  private static byte[] withTags(byte[] jpeg, TiffDirectory tags) {
    return tags.isEmpty() ? jpeg : JpegSegments.withExif(jpeg, tags.file());
  }

  private static byte[] encoded(Path from, TiffDirectory tags) {
    Picture picture = PictureReader.read(from, Integer.MAX_VALUE);
    return picture.channels() == 4 || tags.isEmpty()
        ? png(picture)
        : withTags(JpegWriter.encode(JpegWriter.image(picture), QUALITY), tags);
  }

  private static byte[] png(Picture picture) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(
          picture.channels() == 3 ? JpegWriter.image(picture) : withAlpha(picture), "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // cannot happen in memory
    }
    return bytes.toByteArray();
  }

  private static BufferedImage withAlpha(Picture picture) {
    BufferedImage image =
        new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_ARGB);
    byte[] rgba = picture.pixels();
    for (int p = 0; p < picture.width() * picture.height(); p++) {
      image.setRGB(
          p % picture.width(),
          p / picture.width(),
          (rgba[4 * p + 3] & 0xff) << 24
              | (rgba[4 * p] & 0xff) << 16
              | (rgba[4 * p + 1] & 0xff) << 8
              | (rgba[4 * p + 2] & 0xff));
    }
    return image;
  }
}
