package org.splatline.gpu.format;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Files of .sog models, made by hand. */
final class SogBytes {
  private SogBytes() {}

  static byte[] picture(int width, int height, int[] argb) {
    return LosslessWebp.encode(new LosslessWebp.Pixels(width, height, argb));
  }

  /** 4 x 4 pixels of which the first four are given. */
  private static byte[] picture(long... argb) {
    int[] all = new int[16];
    for (int i = 0; i < argb.length; i++) {
      all[i] = (int) argb[i];
    }
    return picture(4, 4, all);
  }

  /** 256 numbers from a first one on. */
  private static String codebook(double first, double step) {
    return IntStream.range(0, 256)
        .mapToObj(i -> String.valueOf(first + step * i))
        .collect(Collectors.joining(",", "[", "]"));
  }

  /** Four Gaussians of SH degree 1, 128 centroids, as the format's text says. */
  static Map<String, byte[]> byHand() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    double low = -Math.log(3);
    double high = Math.log(2);
    String meta =
        ("{\"version\":2,\"asset\":{\"generator\":\"a hand\"},\"count\":4,\"antialias\":true,"
                + "\"means\":{\"mins\":[%1$s,%1$s,%1$s],\"maxs\":[%2$s,%2$s,%2$s],"
                + "\"files\":[\"means_l.webp\",\"means_u.webp\"]},"
                + "\"scales\":{\"codebook\":%3$s,\"files\":[\"scales.webp\"]},"
                + "\"quats\":{\"files\":[\"quats.webp\"]},"
                + "\"sh0\":{\"codebook\":%4$s,\"files\":[\"sh0.webp\"]},"
                + "\"shN\":{\"count\":128,\"bands\":1,\"codebook\":%5$s,"
                + "\"files\":[\"shN_centroids.webp\",\"shN_labels.webp\"]}}")
            .formatted(low, high, codebook(-10, 1), codebook(0, 0.5), codebook(0, 1));
    files.put(SogMeta.NAME, meta.getBytes(StandardCharsets.UTF_8));
    files.put(SogMeta.MEANS_LOW, picture(0xff00ff01L));
    files.put(SogMeta.MEANS_HIGH, picture(0xff00ff01L));
    files.put(SogMeta.QUATS, picture(0xfc00ff99L, 0xfd00ff99L, 0xfe00ff99L, 0xff00ff99L));
    files.put(SogMeta.SCALES, picture(0xff0001ffL));
    files.put(SogMeta.SH0, picture(0x33000102L));
    int[] centroids = new int[192 * 2];
    Arrays.fill(centroids, 0xff000000);
    for (int j = 0; j < 3; j++) { // centroid 66
      int code = 10 * j;
      centroids[192 + 2 * 3 + j] = 0xff000000 | code << 16 | (code + 1) << 8 | (code + 2);
    }
    files.put(SogMeta.CENTROIDS, picture(192, 2, centroids));
    files.put(SogMeta.LABELS, picture(0xff420000L));
    return files;
  }

  /** Stored entries. */
  static byte[] zip(Map<String, byte[]> files) throws IOException {
    return zip(files, ZipEntry.STORED);
  }

  static byte[] deflated(Map<String, byte[]> files) throws IOException {
    return zip(files, ZipEntry.DEFLATED);
  }

  private static byte[] zip(Map<String, byte[]> files, int method) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        ZipEntry entry = new ZipEntry(file.getKey());
        CRC32 crc = new CRC32();
        crc.update(file.getValue());
        entry.setMethod(method);
        entry.setSize(file.getValue().length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(file.getValue());
        zip.closeEntry();
      }
    }
    return bytes.toByteArray();
  }
}
