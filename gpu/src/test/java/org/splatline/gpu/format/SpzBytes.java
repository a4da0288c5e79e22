package org.splatline.gpu.format;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Files made from the format's description alone: one Gaussian of SH degree 1 at (1, -2, 0.5), with
 * 10 fractional bits and the flag for anti-aliasing.
 */
final class SpzBytes {
  static final String POSITIONS = "000400 00f8ff 000200";
  static final String ALPHAS = "ba"; // 186 of 255
  static final String COLOURS = "93 59 cc"; // 147, 89, 204
  static final String SCALES = "60 68 80"; // ln -4, -3.5, -2
  static final String ROTATIONS_V2 = "7f 00 ff"; // xyz: -1/255, -1, 1
  static final String ROTATIONS = "00c80ec0"; // 3: w is the largest; y is -434/511 of √½
  static final String BANDS = "c0 40 a0 80 80 80 60 c0 40";

  private SpzBytes() {}

  static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }

  static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  /** Version 2 or 3 before gzip. */
  static byte[] plain(int version) {
    return hex(
        "4e475350 0%d000000 01000000 01 0a 01 00".formatted(version)
            + POSITIONS
            + ALPHAS
            + COLOURS
            + SCALES
            + (version == 2 ? ROTATIONS_V2 : ROTATIONS)
            + BANDS);
  }

  static byte[] v4() {
    return v4(
        hex("4e475350 04000000 01000000 01 0a 01 06 20000000 000000000000000000000000"),
        List.of(
            hex(POSITIONS), hex(ALPHAS), hex(COLOURS), hex(SCALES), hex(ROTATIONS), hex(BANDS)));
  }

  /**
   * Header and extensions as they are; streams as zstd frames of one block that isn't compressed.
   */
  static byte[] v4(byte[] header, List<byte[]> streams) {
    ByteBuffer table = ByteBuffer.allocate(16 * streams.size()).order(ByteOrder.LITTLE_ENDIAN);
    List<byte[]> frames = new ArrayList<>();
    for (byte[] stream : streams) {
      byte[] frame = frame(stream);
      frames.add(frame);
      table.putLong(frame.length).putLong(stream.length);
    }
    return join(header, table.array(), join(frames.toArray(new byte[0][])));
  }

  /** At most 128 kB: magic, content size of 4 bytes in a single segment, the last block. */
  private static byte[] frame(byte[] content) {
    int block = content.length << 3 | 1;
    return join(
        ByteBuffer.allocate(12)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(0xfd2fb528)
            .put((byte) 0xa0)
            .putInt(content.length)
            .put((byte) block)
            .put((byte) (block >> 8))
            .put((byte) (block >> 16))
            .array(),
        content);
  }

  static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
      out.write(plain);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return zipped.toByteArray();
  }

  static byte[] gunzip(byte[] zipped) throws IOException {
    return new GZIPInputStream(new ByteArrayInputStream(zipped)).readAllBytes();
  }
}
