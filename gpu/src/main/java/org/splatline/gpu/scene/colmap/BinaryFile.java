package org.splatline.gpu.scene.colmap;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/** Reads a little-endian file in order. Rejects counts that are too large for the file. */
final class BinaryFile {
  private static final int MAX_STRING_BYTES = 4096;

  private final Path file;
  private final DataInputStream input;
  private final long length;
  private long offset;

  private BinaryFile(Path file, DataInputStream input, long length) {
    this.file = file;
    this.input = input;
    this.length = length;
  }

  /**
   * Opens a file, reads it and closes it.
   *
   * @throws SceneException UNSUPPORTED_INPUT naming file and byte when the file is invalid; this
   *     includes values that a record rejects; TOO_LARGE, see {@link ModelLimits}
   */
  static <T> T read(Path file, Function<BinaryFile, T> reader) {
    try (DataInputStream input =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
      BinaryFile binary = new BinaryFile(file, input, Files.size(file));
      try {
        return reader.apply(binary);
      } catch (IllegalArgumentException e) {
        throw binary.broken(e.getMessage());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
  }

  /** Reads a count of items that need at least {@code minBytesEach} bytes each. */
  int count(String what, int minBytesEach) {
    long count = int64();
    long most = (length - offset) / minBytesEach;
    if (count < 0 || count > most || count > Integer.MAX_VALUE / 4) {
      throw broken(
          "%d %s do not fit into the %d bytes that are left"
              .formatted(count, what, length - offset));
    }
    return (int) count;
  }

  /** The same, of which at most {@code most} are read. */
  int count(String what, int minBytesEach, int most) {
    int count = count(what, minBytesEach);
    ModelLimits.check(file, what, count, most);
    return count;
  }

  int uint8() {
    need(1);
    try {
      return input.readUnsignedByte();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  int int32() {
    need(Integer.BYTES);
    try {
      return Integer.reverseBytes(input.readInt());
    } catch (IOException e) {
      throw failed(e);
    }
  }

  long int64() {
    need(Long.BYTES);
    try {
      return Long.reverseBytes(input.readLong());
    } catch (IOException e) {
      throw failed(e);
    }
  }

  double float64() {
    return Double.longBitsToDouble(int64());
  }

  double[] float64s(int n) {
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = float64();
    }
    return values;
  }

  /** Reads UTF-8 up to a zero byte. */
  String string() {
    byte[] bytes = new byte[MAX_STRING_BYTES];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) uint8();
      if (bytes[i] == 0) {
        return new String(bytes, 0, i, StandardCharsets.UTF_8);
      }
    }
    throw broken("a name is longer than %d bytes".formatted(MAX_STRING_BYTES));
  }

  void skip(long bytes) {
    need(bytes);
    try {
      input.skipNBytes(bytes);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private void need(long bytes) {
    if (bytes > length - offset) {
      throw broken("the file ends %d bytes too early".formatted(bytes - (length - offset)));
    }
    offset += bytes;
  }

  private RuntimeException failed(IOException e) {
    if (e instanceof EOFException) {
      return broken("the file became shorter while it was read");
    }
    return new UncheckedIOException("Cannot read " + file, e);
  }

  SceneException broken(String why) {
    return new SceneException(
        Verdict.UNSUPPORTED_INPUT,
        "Cannot read %s: at byte %d of %d, %s. Copy the file again or run COLMAP again."
            .formatted(file, offset, length, why));
  }
}
