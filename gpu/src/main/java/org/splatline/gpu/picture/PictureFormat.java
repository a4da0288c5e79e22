package org.splatline.gpu.picture;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;

/** The format of a file that is said to be a picture, recognised by its first bytes. */
enum PictureFormat {
  JPEG,
  PNG,
  GIF,
  TIFF,
  WEBP,
  HEIC,
  AVIF,
  VIDEO,
  /** A PDF or an archive. */
  DOCUMENT,
  /** A camera's raw picture. */
  RAW,
  /** Another format, or no picture. */
  OTHER;

  private static final Set<String> HEIC_BRANDS =
      Set.of("heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1");
  private static final Set<String> AVIF_BRANDS = Set.of("avif", "avis");
  private static final int HEAD_BYTES = 64;

  static PictureFormat of(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return of(in.readNBytes(HEAD_BYTES));
    }
  }

  /**
   * @param bytes a file, or at least its first {@value #HEAD_BYTES} bytes
   */
  static PictureFormat of(byte[] bytes) {
    String head = new String(Arrays.copyOf(bytes, Math.min(bytes.length, HEAD_BYTES)), ISO_8859_1);
    if (head.startsWith("\u00ff\u00d8")) {
      return JPEG;
    }
    if (head.startsWith("\u0089PNG\r\n\u001a\n")) {
      return PNG;
    }
    if (head.startsWith("GIF8")) {
      return GIF;
    }
    if (head.startsWith("II*\0") || head.startsWith("MM\0*")) {
      return head.startsWith("CR", 8) ? RAW : TIFF; // Canon's raw pictures are TIFF files
    }
    if (head.startsWith("RIFF") && head.startsWith("WEBP", 8)) {
      return WEBP;
    }
    if (head.startsWith("ftyp", 4) && head.length() >= 12) {
      return ofBrand(head.substring(8, 12));
    }
    if (head.startsWith("%PDF") || head.startsWith("PK\u0003\u0004")) {
      return DOCUMENT;
    }
    boolean isRaw =
        head.startsWith("FUJIFILMCCD-RAW")
            || head.startsWith("IIU")
            || head.startsWith("IIRO")
            || head.startsWith("IIRS");
    return isRaw ? RAW : OTHER;
  }

  /** ISO base media files say in their first box what they are. */
  private static PictureFormat ofBrand(String brand) {
    if (HEIC_BRANDS.contains(brand)) {
      return HEIC;
    }
    return AVIF_BRANDS.contains(brand) ? AVIF : VIDEO;
  }
}
