package org.splatline.gpu.picture;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/** Reads a PNG file's chunks one by one, without decoding them (PNG, section 5). */
final class PngChunks {
  /** Marks an animated PNG; stands in front of the first IDAT. */
  static final int ACTL = 0x6163544c;

  /** The picture's data. */
  static final int IDAT = 0x49444154;

  /** The last chunk. */
  static final int IEND = 0x49454e44;

  private static final int IHDR = 0x49484452;
  private static final int PLTE = 0x504c5445;
  private static final int TRNS = 0x74524e53;
  private static final int EXIF = 0x65584966;
  private static final int MOST_EXIF_BYTES = 1 << 16; // as in a JPEG
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

  /**
   * The picture with nothing but what decoding it takes: size, palette, transparency and pixels.
   * Texts, profiles and the values of gamma are left out.
   *
   * @throws IOException when the file is cut off, or a checksum is wrong
   */
  static byte[] pictureAlone(byte[] png) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(png.length);
    out.write(png, 0, Math.min(SIGNATURE_BYTES, png.length));
    ByteBuffer in = ByteBuffer.wrap(png);
    for (int at = SIGNATURE_BYTES; at + 2 * Integer.BYTES <= png.length; ) {
      long behind = at + 2L * Integer.BYTES + Integer.toUnsignedLong(in.getInt(at));
      int type = in.getInt(at + Integer.BYTES);
      if (behind + CHECKSUM_BYTES > png.length) {
        break;
      }
      if (type == IHDR || type == PLTE || type == TRNS || type == IDAT || type == IEND) {
        checkSum(png, at + Integer.BYTES, (int) behind);
        out.write(png, at, (int) behind + CHECKSUM_BYTES - at);
      }
      if (type == IEND) {
        return out.toByteArray();
      }
      at = (int) behind + CHECKSUM_BYTES;
    }
    throw new EOFException("it ends before its last chunk");
  }

  private static void checkSum(byte[] png, int from, int to) throws IOException {
    CRC32 sum = new CRC32();
    sum.update(png, from, to - from);
    if ((int) sum.getValue() != ByteBuffer.wrap(png).getInt(to)) {
      throw new IOException("the checksum of one of its chunks is wrong");
    }
  }

  /** The TIFF structure of EXIF; empty when there is none, or it is too long to be a camera's. */
  static byte[] exif(InputStream in) throws IOException {
    DataInputStream data = new DataInputStream(new BufferedInputStream(in));
    try {
      data.skipNBytes(SIGNATURE_BYTES);
      while (true) {
        long length = Integer.toUnsignedLong(data.readInt());
        int type = data.readInt();
        if (type == EXIF) {
          return length <= MOST_EXIF_BYTES ? data.readNBytes((int) length) : new byte[0];
        }
        data.skipNBytes(length + CHECKSUM_BYTES);
      }
    } catch (EOFException e) {
      return new byte[0];
    }
  }
}
