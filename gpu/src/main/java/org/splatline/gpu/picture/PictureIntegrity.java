package org.splatline.gpu.picture;

/**
 * Whether a JPEG or PNG file is whole. Decoders fill what is cut off with grey and merely warn; a
 * grey half would be trained on.
 */
final class PictureIntegrity {
  private static final int JPEG_START = 0xFFD8;
  private static final int PNG_START = 0x89504E47;
  private static final int PNG_END = 0x49454E44; // «IEND»
  private static final int START_OF_SCAN = 0xDA;
  private static final int END_OF_IMAGE = 0xD9;

  private PictureIntegrity() {}

  /** True for whole JPEG and PNG files, and for all other formats, whose decoders do throw. */
  static boolean isWhole(byte[] file) {
    if (file.length >= 2 && uint16(file, 0) == JPEG_START) {
      return hasEndOfImage(file);
    }
    if (file.length >= 8 && int32(file, 0) == PNG_START) {
      return hasEndChunk(file);
    }
    return true;
  }

  /**
   * Walks the segments (ITU T.81, annex B): an end marker inside a thumbnail's segment doesn't
   * count, what a phone appends after the end does no harm.
   */
  private static boolean hasEndOfImage(byte[] file) {
    int at = 2;
    while (at + 1 < file.length) {
      if ((file[at] & 0xff) != 0xFF) {
        return false; // neither a marker nor fill
      }
      int marker = file[at + 1] & 0xff;
      if (marker == END_OF_IMAGE) {
        return true;
      }
      if (marker == 0xFF) { // fill byte
        at++;
      } else if (marker == 0x01 || isRestart(marker)) { // no length
        at += 2;
      } else {
        if (at + 3 >= file.length) {
          return false;
        }
        at += 2 + uint16(file, at + 2);
        if (marker == START_OF_SCAN) {
          at = endOfScan(file, at);
        }
      }
    }
    return false;
  }

  /** The first marker after entropy-coded data, which stuffs a 0 behind each 0xFF of its own. */
  private static int endOfScan(byte[] file, int from) {
    for (int at = from; at + 1 < file.length; at++) {
      int next = file[at + 1] & 0xff;
      if ((file[at] & 0xff) == 0xFF && next != 0 && next != 0xFF && !isRestart(next)) {
        return at;
      }
    }
    return file.length;
  }

  private static boolean isRestart(int marker) {
    return 0xD0 <= marker && marker <= 0xD7;
  }

  private static boolean hasEndChunk(byte[] file) {
    long at = 8;
    while (at + 12 <= file.length) { // length, type and checksum are 12 bytes
      if (int32(file, (int) at + 4) == PNG_END) {
        return true;
      }
      at += 12 + (int32(file, (int) at) & 0xFFFFFFFFL);
    }
    return false;
  }

  private static int uint16(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff);
  }

  private static int int32(byte[] bytes, int at) {
    return uint16(bytes, at) << 16 | uint16(bytes, at + 2);
  }
}
