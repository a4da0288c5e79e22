package org.splatline.gpu.picture;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** Reads the types of a PNG file's chunks one by one, without their content (PNG, section 5). */
final class PngChunks {
  /** Marks an animated PNG; stands in front of the first IDAT. */
  static final int ACTL = 0x6163544c;

  /** The picture's data. */
  static final int IDAT = 0x49444154;

  /** The last chunk. */
  static final int IEND = 0x49454e44;

  private static final int SIGNATURE_BYTES = 8;
  private static final int CHECKSUM_BYTES = 4;

  private PngChunks() {}

  /**
   * Finds the first chunk that has one of the given types.
   *
   * @param in stands at the start of a PNG file; read ahead, not closed
   * @return its type; 0 when the file ends before such a chunk does
   */
  static int first(InputStream in, int... types) throws IOException {
    DataInputStream data = new DataInputStream(new BufferedInputStream(in));
    try {
      data.skipNBytes(SIGNATURE_BYTES);
      while (true) {
        long length = Integer.toUnsignedLong(data.readInt());
        int found = data.readInt();
        data.skipNBytes(length + CHECKSUM_BYTES);
        for (int type : types) {
          if (type == found) {
            return found;
          }
        }
      }
    } catch (EOFException e) {
      return 0;
    }
  }
}
