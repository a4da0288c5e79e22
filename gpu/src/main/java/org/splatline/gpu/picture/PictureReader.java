package org.splatline.gpu.picture;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/**
 * Decodes photographs of the formats that ImageIO reads (JPEG, PNG, TIFF, BMP, GIF). Pixels stay as
 * they are stored: {@link Orientation} turns them where a model needs it.
 */
public final class PictureReader {
  /** The default of limits.image-pixels. */
  public static final long DEFAULT_MAX_PIXELS = 200_000_000;

  private static final long MAX_FILE_BYTES = 1L << 30;
  private static final int PIECE = 1 << 16;

  static {
    ImageIO.setUseCache(false); // ImageIO would write temporary files
  }

  private PictureReader() {}

  /** Reads with {@link #DEFAULT_MAX_PIXELS}; see {@link #read(Path, long)}. */
  public static Picture read(Path file) {
    return read(file, DEFAULT_MAX_PIXELS);
  }

  /**
   * Decodes a picture. Alpha is kept, palettes and grey become RGB, 16-bit values are rounded to 8
   * bits.
   *
   * @param maxPixels limit that the size in the header is checked against before memory is
   *     allocated
   * @throws SceneException UNREADABLE_IMAGES when the file is missing, cut off or no picture;
   *     TOO_LARGE when it has more than {@code maxPixels} pixels
   */
  public static Picture read(Path file, long maxPixels) {
    byte[] bytes = bytes(file);
    PictureSize size = size(file);
    if (size.pixels() > Math.min(maxPixels, Integer.MAX_VALUE / 4)) {
      throw new SceneException(
          Verdict.TOO_LARGE,
          "Cannot read %s: its %s px are more than %d pixels. Reduce it or raise limits.image-pixels."
              .formatted(file, size, maxPixels));
    }
    try {
      if (!PictureIntegrity.isWhole(bytes)) {
        throw unreadable(
            file,
            "the file ends after %d bytes, before the picture is complete".formatted(bytes.length));
      }
      return decoded(file, bytes);
    } catch (IOException | RuntimeException e) { // decoders throw both on damaged files
      if (e instanceof SceneException known) {
        throw known;
      }
      throw unreadable(file, "decoding it failed (%s)".formatted(e.getMessage()), e);
    }
  }

  /** A PNG's texts and profiles are packed: ImageIO would unpack them without a limit. */
  private static Picture decoded(Path file, byte[] whole) throws IOException {
    byte[] picture =
        PictureFormat.of(whole) == PictureFormat.PNG ? PngChunks.pictureAlone(whole) : whole;
    try (ImageInputStream input =
        ImageIO.createImageInputStream(new ByteArrayInputStream(picture))) {
      ImageReader reader = reader(file, input);
      try {
        return PictureConversion.toPicture(reader.read(0));
      } finally {
        reader.dispose();
      }
    }
  }

  /**
   * Reads only the size, from the header.
   *
   * @throws SceneException UNREADABLE_IMAGES when the file is missing or no picture
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
      throw unreadable(file, "its header cannot be read (%s)".formatted(e.getMessage()), e);
    }
  }

  private static ImageReader reader(Path file, ImageInputStream input) {
    Iterator<ImageReader> readers = ImageIO.getImageReaders(input);
    if (!readers.hasNext()) {
      throw unreadable(file, "it is not a JPEG, PNG, TIFF, BMP or GIF picture");
    }
    ImageReader reader = readers.next();
    reader.setInput(input, true, true);
    return reader;
  }

  /** All bytes of a file. Read at once, they would be twice in memory, once outside of the heap. */
  static byte[] bytes(Path file) {
    try {
      long length = Files.size(file);
      if (length == 0) {
        throw unreadable(file, "the file is empty");
      }
      if (length > MAX_FILE_BYTES) {
        throw new SceneException(
            Verdict.TOO_LARGE,
            "Cannot read %s: its %d bytes are more than %d. Store it as a JPEG."
                .formatted(file, length, MAX_FILE_BYTES));
      }
      byte[] bytes = new byte[(int) length];
      try (InputStream in = Files.newInputStream(file)) {
        for (int at = 0; at < bytes.length; at += PIECE) {
          in.readNBytes(bytes, at, Math.min(PIECE, bytes.length - at));
        }
      }
      return bytes;
    } catch (IOException e) {
      throw unreadable(file, "the file cannot be read (%s)".formatted(e), e);
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
