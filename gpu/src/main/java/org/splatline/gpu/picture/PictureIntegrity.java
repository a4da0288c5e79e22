package org.splatline.gpu.picture;

import java.io.ByteArrayInputStream;
import java.io.IOException;

/**
 * Whether a JPEG or PNG file is complete. Decoders fill a missing part with grey and only warn; the
 * grey part would be trained on.
 */
final class PictureIntegrity {
  private PictureIntegrity() {}

  /** True for complete JPEG and PNG files, and for other formats, whose decoders do throw. */
  static boolean isWhole(byte[] file) throws IOException {
    return switch (PictureFormat.of(file)) {
      case JPEG -> JpegSegments.isWhole(new ByteArrayInputStream(file));
      case PNG -> PngChunks.first(new ByteArrayInputStream(file), PngChunks.IEND) != 0;
      case GIF, TIFF, WEBP, HEIC, AVIF, VIDEO, DOCUMENT, RAW, OTHER -> true;
    };
  }
}
