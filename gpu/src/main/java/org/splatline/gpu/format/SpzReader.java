package org.splatline.gpu.format;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Reads a .spz file: see {@link SpzFormat#read}. Holds the bytes of one array at a time. */
final class SpzReader {
  private static final int BUFFER_BYTES = 1 << 16;

  private final String file;
  private final SpzHeader header;
  private final SpzDecoder decoder;

  private SpzReader(String file, SpzHeader header) {
    this.file = file;
    this.header = header;
    this.decoder = new SpzDecoder(header);
  }

  static PlyModel read(Path path) throws IOException {
    String file = path.toString();
    long fileBytes = Files.size(path);
    try (InputStream input = new BufferedInputStream(Files.newInputStream(path), BUFFER_BYTES)) {
      input.mark(2);
      boolean zipped = input.read() == 0x1f && input.read() == 0x8b;
      input.reset();
      return zipped ? readGzip(file, input, fileBytes) : readZstd(file, input, fileBytes);
    } catch (EOFException | ZipException e) { // of GZIPInputStream
      throw SpzHeader.broken(file, "its gzip stream is broken (%s)".formatted(e.getMessage()));
    }
  }

  private static PlyModel readGzip(String file, InputStream zipped, long fileBytes)
      throws IOException {
    InputStream input = new GZIPInputStream(zipped, BUFFER_BYTES);
    byte[] bytes = bytes(file, input, SpzHeader.BYTES, "its header");
    SpzReader reader = new SpzReader(file, SpzHeader.parse(file, bytes, fileBytes));
    for (SpzArray array : SpzArray.values()) {
      int length = (int) reader.header.bytes(array);
      reader.decoder.decode(array, bytes(file, input, length, "its " + name(array)));
    }
    // Reading to the end also checks gzip's sum.
    byte[] extensions = input.readNBytes(SpzHeader.MAX_EXTENSION_BYTES + 1);
    boolean allowed = reader.header.has(SpzHeader.EXTENSIONS);
    if (extensions.length > (allowed ? SpzHeader.MAX_EXTENSION_BYTES : 0)) {
      throw SpzHeader.broken(file, "it goes on after its last array");
    }
    return reader.model(extensions);
  }

  private static PlyModel readZstd(String file, InputStream input, long fileBytes)
      throws IOException {
    byte[] bytes = bytes(file, input, SpzHeader.BYTES_V4, "its header");
    SpzHeader header = SpzHeader.parse(file, bytes, fileBytes);
    byte[] extensions =
        bytes(file, input, header.tableOffset() - SpzHeader.BYTES_V4, "its extensions");
    byte[] sizes = bytes(file, input, 16 * header.streams(), "its table of sizes");
    ByteBuffer table = ByteBuffer.wrap(sizes).order(ByteOrder.LITTLE_ENDIAN);
    checkTable(file, header, table, fileBytes - header.tableOffset() - sizes.length);
    SpzReader reader = new SpzReader(file, header);
    for (SpzArray array : SpzArray.values()) {
      if (table.hasRemaining()) {
        byte[] zipped = bytes(file, input, (int) table.getLong(), "its " + name(array));
        reader.decoder.decode(array, reader.unzipped(array, zipped, (int) table.getLong()));
      }
    }
    return reader.model(header.has(SpzHeader.EXTENSIONS) ? extensions : new byte[0]);
  }

  /**
   * Checks that the streams are those of the header's arrays and fill the file. Writers leave empty
   * arrays out, which can only be the last ones.
   */
  private static void checkTable(String file, SpzHeader header, ByteBuffer table, long bytesLeft) {
    SpzArray[] arrays = SpzArray.values();
    long left = bytesLeft;
    for (int i = 0; i < arrays.length; i++) {
      boolean present = i < header.streams();
      long expected = header.bytes(arrays[i]);
      long zipped = present ? table.getLong(16 * i) : 0;
      long unzipped = present ? table.getLong(16 * i + 8) : 0;
      if (unzipped != expected || zipped < 0 || zipped > Math.min(left, Integer.MAX_VALUE - 8)) {
        throw SpzHeader.broken(
            file,
            "stream %d has %s bytes, compressed to %s; %d bytes are needed, of %d left in the file"
                .formatted(
                    i + 1,
                    Long.toUnsignedString(unzipped),
                    Long.toUnsignedString(zipped),
                    expected,
                    left));
      }
      left -= zipped;
    }
    if (left != 0) {
      throw SpzHeader.broken(file, "%d bytes follow its last stream".formatted(left));
    }
  }

  private byte[] unzipped(SpzArray array, byte[] zipped, int length) {
    byte[] bytes = new byte[length];
    String why;
    try {
      long unzipped = Zstd.decompressByteArray(bytes, 0, length, zipped, 0, zipped.length);
      if (unzipped == length) {
        return bytes;
      }
      why = unzipped + " of " + length + " bytes";
    } catch (ZstdException e) { // also of more bytes than there is room for
      why = e.getMessage();
    }
    throw SpzHeader.broken(file, "the stream of its %s is broken (%s)".formatted(name(array), why));
  }

  private static byte[] bytes(String file, InputStream input, int length, String what)
      throws IOException {
    byte[] bytes = input.readNBytes(length);
    if (bytes.length < length) {
      throw SpzHeader.broken(file, "it ends within %s".formatted(what));
    }
    return bytes;
  }

  private static String name(SpzArray array) {
    return switch (array) {
      case POSITIONS -> "positions";
      case ALPHAS -> "opacities";
      case COLOURS -> "colours";
      case SCALES -> "scales";
      case ROTATIONS -> "rotations";
      case BANDS -> "bands";
    };
  }

  private PlyModel model(byte[] extensions) {
    SpzAxes.turn(file, extensions, decoder.gaussians());
    return new PlyModel(decoder.gaussians(), header.has(SpzHeader.ANTIALIASED));
  }
}
