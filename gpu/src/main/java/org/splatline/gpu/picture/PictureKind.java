package org.splatline.gpu.picture;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * Pictures that are whole, and of a kind that not every tool of the line reads alike: found by
 * their bytes, whatever they are called.
 */
public final class PictureKind {
  private static final Set<String> HEIC =
      Set.of("heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1");
  private static final Set<String> AVIF = Set.of("avif", "avis");
  private static final String AS_JPEG = "Convert it to JPEG.";
  private static final int HEAD = 64; // bytes that tell the kind
  private static final int DEEPEST = 8; // bits a channel

  private PictureKind() {}

  /** Why a picture can't be taken though it may be whole, and what to do; empty: it can. */
  public static Optional<String> objection(Path file) throws IOException {
    byte[] head = head(file);
    Optional<String> kind = container(head).or(() -> raw(head));
    if (kind.isPresent()) {
      return kind;
    }
    if (isJpeg(head)) {
      return jpeg(file);
    }
    if (isPng(head)) {
      return png(file, head);
    }
    return isGif(head) || isTiff(head) ? byReader(file) : Optional.empty();
  }

  private static byte[] head(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(HEAD);
    }
  }

  private static Optional<String> container(byte[] head) {
    String text = new String(head, ISO_8859_1);
    if (text.startsWith("RIFF") && text.startsWith("WEBP", 8)) {
      return Optional.of("it is a WebP picture. " + AS_JPEG);
    }
    if (text.startsWith("ftyp", 4) && text.length() >= 12) {
      String brand = text.substring(8, 12);
      if (HEIC.contains(brand)) {
        return Optional.of(
            "it is a HEIC picture, as iPhones take them. "
                + AS_JPEG
                + " (Settings, Camera, Formats, Most Compatible takes JPEG at once.)");
      }
      return Optional.of(
          AVIF.contains(brand)
              ? "it is an AVIF picture. " + AS_JPEG
              : "it is a video. Take its frames out, sharp ones, and give these.");
    }
    if (text.startsWith("%PDF") || text.startsWith("PK\u0003\u0004")) {
      return Optional.of("it is a document or archive. Give the photographs themselves.");
    }
    return Optional.empty();
  }

  private static Optional<String> raw(byte[] head) {
    String text = new String(head, ISO_8859_1);
    boolean isRaw =
        (isTiff(head) && text.startsWith("CR", 8))
            || text.startsWith("FUJIFILMCCD-RAW")
            || text.startsWith("IIU")
            || text.startsWith("IIRO")
            || text.startsWith("IIRS");
    return isRaw ? Optional.of("it is a camera's raw picture. " + AS_JPEG) : Optional.empty();
  }

  private static boolean isJpeg(byte[] head) {
    return head.length > 2 && (head[0] & 0xff) == 0xff && (head[1] & 0xff) == 0xd8;
  }

  private static boolean isPng(byte[] head) {
    return new String(head, ISO_8859_1).startsWith("\u0089PNG\r\n\u001a\n");
  }

  private static boolean isGif(byte[] head) {
    return new String(head, ISO_8859_1).startsWith("GIF8");
  }

  private static boolean isTiff(byte[] head) {
    String text = new String(head, ISO_8859_1);
    return text.startsWith("II*\0") || text.startsWith("MM\0*");
  }

  private static Optional<String> jpeg(Path file) throws IOException {
    return PictureMarkers.jpegFrame(file)
        .flatMap(
            frame ->
                frame.components() == 4
                    ? Optional.of("it is a CMYK picture, as printers take them. Convert it to RGB.")
                    : tooDeep(frame.bits()));
  }

  private static Optional<String> png(Path file, byte[] head) throws IOException {
    if (PictureMarkers.isAnimatedPng(file)) {
      return Optional.of("it is animated. Give single pictures.");
    }
    int bits = head.length > 24 ? head[24] & 0xff : 0; // IHDR is always the first chunk
    return tooDeep(bits);
  }

  private static Optional<String> tooDeep(int bits) {
    return bits > DEEPEST
        ? Optional.of("it has %d bits a channel. Convert it to 8.".formatted(bits))
        : Optional.empty();
  }

  /** A damaged one is not objected to here: decoding it says what is wrong. */
  private static Optional<String> byReader(Path file) {
    try (ImageInputStream input = ImageIO.createImageInputStream(file.toFile())) {
      ImageReader reader = ImageIO.getImageReaders(input).next();
      try {
        reader.setInput(input, false, true);
        if (reader.getFormatName().equalsIgnoreCase("gif")) {
          return reader.getNumImages(true) > 1
              ? Optional.of("it is animated. Give single pictures.")
              : Optional.empty();
        }
        return reader.getRawImageType(0) == null
            ? Optional.of("its colours are of a kind that can't be read. Convert it to RGB.")
            : tooDeep(reader.getRawImageType(0).getBitsPerBand(0));
      } finally {
        reader.dispose();
      }
    } catch (IOException | RuntimeException e) { // decoders throw both on broken bytes
      return Optional.empty();
    }
  }
}
