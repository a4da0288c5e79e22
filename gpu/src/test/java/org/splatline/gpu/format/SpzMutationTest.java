package org.splatline.gpu.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@link Mutations} of good .spz files. */
class SpzMutationTest {
  private static final int CASES = Integer.getInteger("splatline.fuzz.cases", 1000); // of each file

  @TempDir Path folder;
  private byte[] v3;
  private byte[] v4;

  @BeforeEach
  void writeFiles() throws IOException {
    PlyModel model = new PlyModel(SpzFormatTest.random(33, 3, 0.1), true);
    SpzFormat.write(model, file(), SpzFormat.Version.V3);
    v3 = Files.readAllBytes(file());
    SpzFormat.write(model, file(), SpzFormat.Version.V4);
    v4 = Files.readAllBytes(file());
  }

  private Path file() {
    return folder.resolve("model.spz");
  }

  private void mutate(byte[] good, Mutations.Packing zipping) throws IOException {
    Mutations.check(good, CASES, CASES / 10, zipping, file(), SpzFormat::read);
  }

  @Test
  void version4() throws IOException {
    mutate(v4, bytes -> bytes);
  }

  /** Frames that aren't compressed: changes reach the values behind them. */
  @Test
  void version4WithPlainFrames() throws IOException {
    byte[] plain = SpzBytes.gunzip(v3);
    byte[] header = Arrays.copyOf(v4, 32);
    int at = 16;
    int n = 33;
    byte[][] streams = new byte[6][];
    int[] widths = {9, 1, 3, 3, 4, 45};
    for (int i = 0; i < 6; i++) {
      streams[i] = Arrays.copyOfRange(plain, at, at + widths[i] * n);
      at += widths[i] * n;
    }
    mutate(SpzBytes.v4(header, List.of(streams)), bytes -> bytes);
  }

  @Test
  void version3() throws IOException {
    mutate(v3, bytes -> bytes);
  }

  @Test
  void version3BelowGzip() throws IOException {
    mutate(SpzBytes.gunzip(v3), SpzBytes::gzip);
  }

  @Test
  void version2BelowGzip() throws IOException {
    mutate(SpzBytes.plain(2), SpzBytes::gzip);
  }
}
