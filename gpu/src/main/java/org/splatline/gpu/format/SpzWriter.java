package org.splatline.gpu.format;

import com.github.luben.zstd.ZstdCompressCtx;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** Writes a .spz file: see {@link SpzFormat#write}. Holds the bytes of one array at a time. */
final class SpzWriter {

  /**
   * 3 % smaller than the level for large arrays, for files that are made once and fetched often.
   */
  private static final int ZSTD_LEVEL = 19;

  /** 5 million Gaussians would take minutes otherwise. */
  private static final int ZSTD_LEVEL_OF_LARGE = 12;

  private static final int LARGE_BYTES = 1 << 25;

  private static final int MOST_WORKERS = 4; // 80 MB each

  private static final int BUFFER_BYTES = 1 << 16;

  private final SpzFormat.Version version;
  private final boolean antialiased;
  private final SpzEncoder encoder;

  SpzWriter(SpzEncoder encoder, SpzFormat.Version version, boolean antialiased) {
    this.encoder = encoder;
    this.version = version;
    this.antialiased = antialiased;
  }

  void write(OutputStream out) throws IOException {
    switch (version) {
      case V3 -> writeGzip(out);
      case V4 -> writeZstd(out);
    }
  }

  private void writeGzip(OutputStream out) throws IOException {
    BestGzip zipped = new BestGzip(out);
    zipped.write(header(SpzHeader.BYTES, 0));
    for (SpzArray array : SpzArray.values()) {
      zipped.write(encoder.encode(array));
    }
    zipped.finish(); // the stream below is its owner's to close
    zipped.end();
  }

  private static final class BestGzip extends GZIPOutputStream {
    BestGzip(OutputStream out) throws IOException {
      super(out, BUFFER_BYTES);
      def.setLevel(Deflater.BEST_COMPRESSION);
    }

    void end() {
      def.end();
    }
  }

  private void writeZstd(OutputStream out) throws IOException {
    List<byte[]> streams = new ArrayList<>();
    ByteBuffer table =
        ByteBuffer.allocate(16 * SpzArray.values().length).order(ByteOrder.LITTLE_ENDIAN);
    try (ZstdCompressCtx zstd = new ZstdCompressCtx()) {
      zstd.setWorkers(Math.min(MOST_WORKERS, Runtime.getRuntime().availableProcessors()));
      for (SpzArray array : SpzArray.values()) {
        byte[] bytes = encoder.encode(array);
        if (bytes.length > 0) {
          zstd.setLevel(bytes.length < LARGE_BYTES ? ZSTD_LEVEL : ZSTD_LEVEL_OF_LARGE);
          byte[] zipped = zstd.compress(bytes);
          streams.add(zipped);
          table.putLong(zipped.length).putLong(bytes.length);
        }
      }
    }
    out.write(header(SpzHeader.BYTES_V4, streams.size()));
    out.write(table.array(), 0, table.position());
    for (byte[] stream : streams) {
      out.write(stream);
    }
  }

  private byte[] header(int length, int streams) {
    ByteBuffer header = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(SpzHeader.MAGIC).putInt(version.number()).putInt(encoder.gaussians().size());
    header
        .put((byte) encoder.gaussians().shDegree())
        .put((byte) encoder.precision().fractionalBits());
    header.put((byte) (antialiased ? SpzHeader.ANTIALIASED : 0)).put((byte) streams);
    if (length == SpzHeader.BYTES_V4) {
      header.putInt(SpzHeader.BYTES_V4); // where the table of sizes starts
    }
    return header.array();
  }
}
