package org.splatline.gpu.picture;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.splatline.gpu.scene.View;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/**
 * Decodes photographs: whatever ImageIO reads (JPEG, PNG, TIFF, BMP, GIF), as stored. EXIF
 * orientation is not applied here, as COLMAP doesn't apply it either: see {@link View#picture}.
 */
public final class PictureReader {
  /** limits.image-pixels unless told otherwise. */
  public static final long DEFAULT_MAX_PIXELS = 200_000_000;

  private static final long MAX_FILE_BYTES = 1L << 30;

  static {
    ImageIO.setUseCache(false); // no temporary files
  }

  private PictureReader() {}

  /** The whole picture; alpha kept. Throws {@link SceneException} when it can't be decoded. */
  public static Picture read(Path file) {
    return read(file, DEFAULT_MAX_PIXELS);
  }

  /**
   * The whole picture; alpha kept, palettes and grey expanded to RGB, 16-bit values rounded to 8.
   *
   * @param maxPixels checked against the header before memory is taken
   * @throws SceneException UNREADABLE_IMAGES when it's missing, no picture, or cut off; TOO_LARGE
   */
  public static Picture read(Path file, long maxPixels) {
    byte[] bytes = bytes(file);
    try (ImageInputStream input = ImageIO.createImageInputStream(new ByteArrayInputStream(bytes))) {
      ImageReader reader = reader(file, input);
      try {
        PictureSize size = new PictureSize(reader.getWidth(0), reader.getHeight(0));
        if (size.pixels() > Math.min(maxPixels, Integer.MAX_VALUE / 4)) {
          throw new SceneException(
              Verdict.TOO_LARGE,
              "Cannot read %s: %s px are more than %d pixels. Reduce it or raise limits.image-pixels."
                  .formatted(file, size, maxPixels));
        }
        if (!PictureIntegrity.isWhole(bytes)) {
          throw unreadable(
              file, "its %d bytes end before the picture does".formatted(bytes.length));
        }
        BufferedImage image = reader.read(0);
        return PictureConversion.toPicture(image);
      } finally {
        reader.dispose();
      }
    } catch (IOException | RuntimeException e) { // decoders throw both on broken bytes
      if (e instanceof SceneException known) {
        throw known;
      }
      throw unreadable(file, "decoding it failed (%s)".formatted(e.getMessage()), e);
    }
  }

  /**
   * The size alone, from the header.
   *
   * @throws SceneException UNREADABLE_IMAGES when it's missing or no picture
   */
  public static PictureSize size(Path file) {
    try (InputStream stream = Files.newInputStream(file);
        ImageInputStream input = ImageIO.createImageInputStream(stream)) {
      ImageReader reader = reader(file, input);
      try {
        return new PictureSize(reader.getWidth(0), reader.getHeight(0));
      } finally {
        reader.dispose();
      }
    } catch (IOException | RuntimeException e) {
      if (e instanceof SceneException known) {
        throw known;
      }
      throw unreadable(file, "its header can't be read (%s)".formatted(e.getMessage()), e);
    }
  }

  private static ImageReader reader(Path file, ImageInputStream input) {
    Iterator<ImageReader> readers = ImageIO.getImageReaders(input);
    if (!readers.hasNext()) {
      throw unreadable(file, "its bytes are no JPEG, PNG, TIFF, BMP or GIF");
    }
    ImageReader reader = readers.next();
    reader.setInput(input, true, true);
    return reader;
  }

  private static byte[] bytes(Path file) {
    try {
      long length = Files.size(file);
      if (length == 0) {
        throw unreadable(file, "it has 0 bytes");
      }
      if (length > MAX_FILE_BYTES) {
        throw new SceneException(
            Verdict.TOO_LARGE,
            "Cannot read %s: %d bytes are more than %d. Store it as a JPEG."
                .formatted(file, length, MAX_FILE_BYTES));
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw unreadable(file, "the file can't be read (%s)".formatted(e), e);
    }
  }

  private static SceneException unreadable(Path file, String why) {
    return unreadable(file, why, null);
  }

  private static SceneException unreadable(Path file, String why, Throwable cause) {
    return new SceneException(
        Verdict.UNREADABLE_IMAGES,
        "Cannot read picture %s: %s. Copy it again from the camera or leave it out."
            .formatted(file, why),
        cause);
  }
}
