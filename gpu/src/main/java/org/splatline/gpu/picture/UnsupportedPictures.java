package org.splatline.gpu.picture;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.ImageInputStream;

/**
 * Finds pictures that are undamaged but that some of the tools after ingest cannot read, or read
 * differently. A file's name plays no part.
 */
public final class UnsupportedPictures {
  private static final String TO_JPEG = "Convert it to JPEG.";
  private static final String TO_RGB = "Convert it to RGB.";
  private static final String ANIMATED = "it is animated. Use single pictures.";
  private static final int MAX_BITS = 8; // per channel
  private static final int PNG_BITS_AT = 24; // in IHDR, which is always the first chunk
  private static final int PROGRESSIVE = 0xc2; // SOF2; rarer ways have higher numbers
  private static final int FRAME_BITS_AT = 0; // ITU T.81, B.2.2
  private static final int FRAME_COMPONENTS_AT = 5;
  private static final int CMYK_COMPONENTS = 4;

  private UnsupportedPictures() {}

  /**
   * Why a picture cannot be used, and what to do about it. Empty when it can be used, and also when
   * it is damaged: decoding it then says what is wrong.
   */
  public static Optional<String> reason(Path file) throws IOException {
    return switch (PictureFormat.of(file)) {
      case JPEG -> jpeg(file);
      case PNG -> png(file);
      case GIF, TIFF -> byReader(file);
      case WEBP -> Optional.of("it is a WebP picture. " + TO_JPEG);
      case HEIC ->
          Optional.of(
              "it is a HEIC picture, the default of iPhones. "
                  + TO_JPEG
                  + " (To take JPEG pictures: Settings, Camera, Formats, Most Compatible.)");
      case AVIF -> Optional.of("it is an AVIF picture. " + TO_JPEG);
      case VIDEO ->
          Optional.of(
              "it is a video. A scene is photographs or one video: give it a folder of its own.");
      case DOCUMENT -> Optional.of("it is a document or archive. Use the photographs themselves.");
      case RAW -> Optional.of("it is a camera's raw picture. " + TO_JPEG);
      case OTHER -> Optional.empty();
    };
  }

  /** Whether it is a HEIC picture, which libheif can decode. */
  public static boolean isHeic(Path file) throws IOException {
    return PictureFormat.of(file) == PictureFormat.HEIC;
  }

  /** Whether it is a video, by its first bytes. */
  public static boolean isVideo(Path file) throws IOException {
    return PictureFormat.of(file) == PictureFormat.VIDEO;
  }

  private static Optional<String> jpeg(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return JpegSegments.header(in).stream()
          .filter(segment -> segment.isFrame() && segment.content().length > FRAME_COMPONENTS_AT)
          .findFirst()
          .flatMap(frame -> frameReason(frame.marker(), frame.content()));
    }
  }

  private static Optional<String> frameReason(int marker, byte[] frame) {
    if (marker > PROGRESSIVE) {
      return Optional.of(
          "it is compressed in a way that few programs read. Save it again as JPEG.");
    }
    return frame[FRAME_COMPONENTS_AT] == CMYK_COMPONENTS
        ? Optional.of("it is a CMYK picture, made for printing. " + TO_RGB)
        : tooManyBits(frame[FRAME_BITS_AT] & 0xff);
  }

  private static Optional<String> png(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      if (PngChunks.first(in, PngChunks.ACTL, PngChunks.IDAT) == PngChunks.ACTL) {
        return Optional.of(ANIMATED);
      }
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] header = in.readNBytes(PNG_BITS_AT + 1);
      return header.length > PNG_BITS_AT
          ? tooManyBits(header[PNG_BITS_AT] & 0xff)
          : Optional.empty();
    }
  }

  private static Optional<String> tooManyBits(int bits) {
    return bits > MAX_BITS
        ? Optional.of("it has %d bits per channel. Convert it to %d.".formatted(bits, MAX_BITS))
        : Optional.empty();
  }

  private static int mostBits(ImageTypeSpecifier type) {
    return IntStream.range(0, type.getNumBands()).map(type::getBitsPerBand).max().orElse(0);
  }

  private static Optional<String> byReader(Path file) {
    try (ImageInputStream input = ImageIO.createImageInputStream(file.toFile())) {
      ImageReader reader = ImageIO.getImageReaders(input).next();
      try {
        reader.setInput(input, false, true);
        if (reader.getFormatName().equalsIgnoreCase("gif")) {
          return reader.getNumImages(true) > 1 ? Optional.of(ANIMATED) : Optional.empty();
        }
        return reader.getRawImageType(0) == null
            ? Optional.of("its colour model is not supported. " + TO_RGB)
            : tooManyBits(mostBits(reader.getRawImageType(0)));
      } finally {
        reader.dispose();
      }
    } catch (IOException | RuntimeException e) { // decoders throw both on damaged files
      return Optional.empty();
    }
  }
}
