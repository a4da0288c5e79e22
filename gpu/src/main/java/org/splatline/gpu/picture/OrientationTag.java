package org.splatline.gpu.picture;

import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.Channels;
import java.nio.file.Path;

/**
 * Sets EXIF's orientation to 1, as stored, in a JPEG or TIFF file that belongs to us. COLMAP 4.0
 * and later rotate photographs by this tag; earlier releases do not. With the tag set to 1 every
 * release sees the pixels as the sensor delivered them: one size per camera, and no second
 * compression.
 */
public final class OrientationTag {
  private static final int TAG = 0x0112;
  private static final int ENTRY_BYTES = 12;
  private static final int LITTLE_ENDIAN = 0x4949; // II

  private OrientationTag() {}

  /** Changes two bytes, or none when the file has no such tag or the tag cannot be found. */
  public static void setUpright(Path file) throws IOException {
    PictureFormat format = PictureFormat.of(file);
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "rw")) {
      if (format == PictureFormat.TIFF) {
        setUpright(in, 0, in.length());
      } else if (format == PictureFormat.JPEG) {
        for (JpegSegments.Segment exif :
            JpegSegments.exif(Channels.newInputStream(in.getChannel()))) {
          setUpright(in, exif.tiffOffset(), exif.endOffset());
        }
      }
    } catch (EOFException e) {
      // The file is cut off, so there is nothing to change.
    }
  }

  /** Changes the TIFF structure (TIFF 6.0, section 2) from {@code base} to {@code end}. */
  private static void setUpright(RandomAccessFile in, long base, long end) throws IOException {
    in.seek(base);
    boolean isLittle = in.readUnsignedShort() == LITTLE_ENDIAN;
    in.seek(base + 4);
    long directory = base + int32(in, isLittle);
    in.seek(directory);
    int entries = int16(in, isLittle);
    for (int i = 0; i < entries; i++) {
      long entry = directory + 2 + (long) i * ENTRY_BYTES;
      if (entry + ENTRY_BYTES > end) {
        return;
      }
      in.seek(entry);
      if (int16(in, isLittle) == TAG) {
        in.seek(entry + 8);
        in.write(isLittle ? new byte[] {1, 0} : new byte[] {0, 1});
        return;
      }
    }
  }

  private static int int16(RandomAccessFile in, boolean isLittle) throws IOException {
    int value = in.readUnsignedShort();
    return isLittle ? Short.toUnsignedInt(Short.reverseBytes((short) value)) : value;
  }

  private static long int32(RandomAccessFile in, boolean isLittle) throws IOException {
    int value = in.readInt();
    return Integer.toUnsignedLong(isLittle ? Integer.reverseBytes(value) : value);
  }
}
