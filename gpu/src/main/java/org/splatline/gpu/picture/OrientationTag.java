package org.splatline.gpu.picture;

import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/**
 * Sets EXIF's orientation to 1, as stored, in a JPEG or TIFF of ours. COLMAP turns photographs by
 * it since 4.0 and didn't before; without it every release sees the pixels the sensor delivered,
 * one size for one camera, and nothing is compressed a second time.
 */
public final class OrientationTag {
  private static final int APP1 = 0xe1;
  private static final int START_OF_SCAN = 0xda;
  private static final int TAG = 0x0112;
  private static final int ENTRY_BYTES = 12;
  private static final int LITTLE = 0x4949; // «II»
  private static final int BIG = 0x4d4d; // «MM»

  private OrientationTag() {}

  /** Changes two bytes, or none where there is no such tag or it can't be found. */
  public static void setUpright(Path file) throws IOException {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "rw")) {
      int start = in.readUnsignedShort();
      if (start == LITTLE || start == BIG) {
        setUpright(in, 0, in.length());
      } else if (start == 0xffd8) {
        jpeg(in);
      }
    } catch (EOFException e) {
      // cut off: nothing to change
    }
  }

  private static void jpeg(RandomAccessFile in) throws IOException {
    long at = 2;
    while (true) {
      in.seek(at);
      int marker = in.readUnsignedShort() & 0xff;
      int length = in.readUnsignedShort();
      if (marker == START_OF_SCAN || length < 2) {
        return;
      }
      if (marker == APP1 && length > 14 && in.readInt() == 0x45786966) { // «Exif»
        setUpright(in, at + 10, at + 2 + length);
      }
      at += 2 + length;
    }
  }

  /** In the TIFF structure (TIFF 6.0, section 2) from {@code base} to {@code end}. */
  private static void setUpright(RandomAccessFile in, long base, long end) throws IOException {
    in.seek(base);
    boolean little = in.readUnsignedShort() == LITTLE;
    in.seek(base + 4);
    long directory = base + int32(in, little);
    in.seek(directory);
    int entries = int16(in, little);
    for (int i = 0; i < entries; i++) {
      long entry = directory + 2 + (long) i * ENTRY_BYTES;
      if (entry + ENTRY_BYTES > end) {
        return;
      }
      in.seek(entry);
      if (int16(in, little) == TAG) {
        in.seek(entry + 8);
        in.write(little ? new byte[] {1, 0} : new byte[] {0, 1});
        return;
      }
    }
  }

  private static int int16(RandomAccessFile in, boolean little) throws IOException {
    int value = in.readUnsignedShort();
    return little ? Short.toUnsignedInt(Short.reverseBytes((short) value)) : value;
  }

  private static long int32(RandomAccessFile in, boolean little) throws IOException {
    int value = in.readInt();
    return Integer.toUnsignedLong(little ? Integer.reverseBytes(value) : value);
  }
}
