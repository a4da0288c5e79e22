package org.splatline.pipeline.input;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.zip.ZipException;

/**
 * The length of the list at a zip's end (APPNOTE 6.3.10, 4.3.12 to 4.3.16). The list is read into
 * memory as a whole, so its length is checked first. The number of entries that the zip states is
 * not trusted.
 */
final class ZipDirectory {
  private static final int END = 0x06054b50;
  private static final int END_BYTES = 22;
  private static final int LONGEST_COMMENT = 0xffff;
  private static final int LOCATOR = 0x07064b50;
  private static final int LOCATOR_BYTES = 20;

  private ZipDirectory() {}

  /** Bytes from the list's start to the zip's end. Throws ZipException when it has none. */
  static long bytes(Path archive) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(archive.toFile(), "r")) {
      long length = file.length();
      int tail = (int) Math.min(length, END_BYTES + LONGEST_COMMENT + LOCATOR_BYTES);
      ByteBuffer end = read(file, length - tail, tail);
      int at = tail - END_BYTES;
      while (at >= 0 && end.getInt(at) != END) {
        at--;
      }
      if (at < 0) {
        throw new ZipException("it has no list of its entries");
      }
      long start = end.getInt(at + 16) & 0xffffffffL;
      int locator = at - LOCATOR_BYTES;
      if (locator >= 0 && end.getInt(locator) == LOCATOR) {
        start = read(file, end.getLong(locator + 8), 56).getLong(48);
      }
      if (start < 0 || start > length) {
        throw new ZipException("the list of its entries is behind its end");
      }
      return length - start;
    }
  }

  private static ByteBuffer read(RandomAccessFile file, long from, int length) throws IOException {
    if (from < 0 || from + length > file.length()) {
      throw new ZipException("the list of its entries is behind its end");
    }
    byte[] bytes = new byte[length];
    file.seek(from);
    file.readFully(bytes);
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
