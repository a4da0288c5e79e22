package org.splatline.gpu.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.splatline.gpu.verdict.Failures.assertRefused;
import static org.splatline.gpu.verdict.Verdict.UNSUPPORTED_INPUT;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.splatline.gpu.gaussian.Gaussians;

class SplatFormatTest {
  private static final double C0 = 0.28209479177387814;

  @TempDir Path folder;

  private Path file() {
    return folder.resolve("model.splat");
  }

  private static ByteBuffer row(ByteBuffer rows, float x, float scale) {
    return rows.putFloat(x)
        .putFloat(2)
        .putFloat(3)
        .putFloat(scale)
        .putFloat(1)
        .putFloat((float) Math.E)
        .put(new byte[] {(byte) 255, 0, 51, (byte) 204})
        .put(new byte[] {0, (byte) 128, (byte) 128, (byte) 128});
  }

  private static byte[] bytesOf(ByteBuffer rows) {
    byte[] bytes = new byte[rows.capacity()];
    rows.get(0, bytes);
    return bytes;
  }

  private static ByteBuffer rows(int n) {
    return ByteBuffer.allocate(32 * n).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  void readsAFileMadeByHand() throws IOException {
    ByteBuffer rows = rows(2);
    row(rows, 1, 0.5f);
    row(rows, -1, 0).put(60, (byte) 128); // w of the second: all zero
    Files.write(file(), bytesOf(rows));
    PlyModel model = SplatFormat.read(file());
    Gaussians read = model.gaussians();
    assertThat(model.antialiased()).isFalse();
    assertThat(read.shDegree()).isZero();
    assertThat(read.means()).containsExactly(1, 2, 3, -1, 2, 3);
    assertThat(read.logScales())
        .containsExactly(new float[] {(float) Math.log(0.5), 0, 1, -20, 0, 1}, within(1e-6f));
    assertThat(Arrays.copyOf(read.shCoefficients(), 3))
        .containsExactly(
            new float[] {(float) (0.5 / C0), (float) (-0.5 / C0), (float) (-0.3 / C0)},
            within(1e-6f));
    assertThat(read.logitOpacities()[0]).isCloseTo((float) Math.log(4), within(1e-6f));
    assertThat(read.quats()).containsExactly(-1, 0, 0, 0, 1, 0, 0, 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 33, 257})
  void readsAllRows(int n) throws IOException {
    ByteBuffer rows = rows(n);
    for (int i = 0; i < n; i++) {
      row(rows, i, 1);
    }
    Files.write(file(), bytesOf(rows));
    Gaussians read = SplatFormat.read(file()).gaussians();
    assertThat(read.size()).isEqualTo(n);
    for (int i = 0; i < n; i++) {
      assertThat(read.means()[3 * i]).isEqualTo(i);
    }
  }

  @Test
  void refusesTruncatedFiles() throws IOException {
    for (int length : new int[] {1, 31, 33, 63}) {
      Files.write(file(), new byte[length]);
      assertRefused(
          UNSUPPORTED_INPUT, () -> SplatFormat.read(file()), length + " bytes are not a multiple");
    }
  }

  @Test
  void refusesAMissingFile() {
    assertRefused(UNSUPPORTED_INPUT, () -> SplatFormat.read(file()), "no such file");
  }
}
