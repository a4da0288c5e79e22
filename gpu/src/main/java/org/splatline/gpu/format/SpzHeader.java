package org.splatline.gpu.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/**
 * The header of a .spz file: u32 magic, u32 version, u32 count, then a byte each for the SH degree,
 * the fractional bits of positions and the flags. Version 4 goes on with u8 streams, u32 offset of
 * the table of sizes and 12 zeros; before it comes one zero.
 *
 * @param version 2 to 4
 * @param count of Gaussians
 * @param shDegree 0 to 3
 * @param fractionalBits of positions, 0 to 30
 * @param flags {@link #ANTIALIASED} and {@link #EXTENSIONS}
 * @param streams of version 4
 * @param tableOffset of version 4, bytes from the file's start
 */
record SpzHeader(
    int version,
    int count,
    int shDegree,
    int fractionalBits,
    int flags,
    int streams,
    int tableOffset) {
  static final int MAGIC = 0x5053474e; // "NGSP"
  static final int BYTES = 16; // in versions 2 and 3
  static final int BYTES_V4 = 32;
  static final int ANTIALIASED = 1;
  static final int EXTENSIONS = 2;
  static final int MAX_EXTENSION_BYTES = 1 << 16;
  private static final int MAX_FRACTIONAL_BITS = 30;

  /**
   * The most Gaussians per byte of a file. Positions of Gaussians that differ take more than half a
   * bit each; what claims to be denser is made to fill the reader's memory.
   */
  private static final int MAX_PER_BYTE = 16;

  /**
   * Parses and checks the header before anything is allocated for its Gaussians.
   *
   * @param bytes {@link #BYTES}, or {@link #BYTES_V4} of a version 4
   * @param fileBytes length of the file
   * @throws SceneException UNSUPPORTED_INPUT
   */
  static SpzHeader parse(String file, byte[] bytes, long fileBytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    boolean plain = bytes.length == BYTES_V4;
    if (buffer.getInt(0) != MAGIC) {
      throw broken(file, "it does not start with a .spz header");
    }
    String version = Integer.toUnsignedString(buffer.getInt(4));
    if (!(plain ? version.equals("4") : version.equals("2") || version.equals("3"))) {
      throw broken(
          file,
          "it has version %s in a %s file; versions 2 and 3 with gzip and 4 without can be read"
              .formatted(version, plain ? "plain" : "gzip"));
    }
    long count = Integer.toUnsignedLong(buffer.getInt(8));
    if (count > MAX_PER_BYTE * fileBytes || count > Integer.MAX_VALUE / 48) {
      throw broken(file, "it claims %d Gaussians in %d bytes".formatted(count, fileBytes));
    }
    int shDegree = checked(file, "SH degree", buffer.get(12), 3);
    int fractionalBits =
        checked(file, "number of fractional bits", buffer.get(13), MAX_FRACTIONAL_BITS);
    int flags = checked(file, "set of flags", buffer.get(14), ANTIALIASED | EXTENSIONS);
    int streams =
        plain ? checked(file, "number of streams", buffer.get(15), SpzArray.values().length) : 0;
    int offset = plain ? buffer.getInt(16) : 0;
    if (plain && (offset < BYTES_V4 || offset > BYTES_V4 + MAX_EXTENSION_BYTES)) {
      throw broken(
          file, "its table of sizes is at byte %s".formatted(Integer.toUnsignedString(offset)));
    }
    return new SpzHeader(
        Integer.parseInt(version), (int) count, shDegree, fractionalBits, flags, streams, offset);
  }

  private static int checked(String file, String name, byte value, int most) {
    int number = Byte.toUnsignedInt(value);
    if (number > most) {
      throw broken(file, "it has the %s %d; 0 to %d can be read".formatted(name, number, most));
    }
    return number;
  }

  boolean has(int flag) {
    return (flags & flag) != 0;
  }

  /** Bytes of an array before compression. */
  long bytes(SpzArray array) {
    return (long) count * array.width(version, shDegree);
  }

  static SceneException broken(String file, String why) {
    return new SceneException(
        Verdict.UNSUPPORTED_INPUT,
        "Cannot read Gaussians from %s: %s. Export it again as .spz version 4 or .ply."
            .formatted(file, why));
  }
}
