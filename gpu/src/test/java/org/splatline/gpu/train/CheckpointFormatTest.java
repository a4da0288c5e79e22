package org.splatline.gpu.train;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.backend.Exposures;
import org.splatline.gpu.backend.TestGaussians;
import org.splatline.gpu.gaussian.GaussianState;

class CheckpointFormatTest {
  private static final int VERSION_AT = 8; // after the magic
  private static final String FOREIGN = "it is not a checkpoint";

  @TempDir private Path folder;
  private Path file;
  private byte[] bytes;
  private Checkpoint written;

  @BeforeEach
  void write() throws IOException {
    file = folder.resolve("step-000007.ckpt");
    written =
        new Checkpoint(
            7,
            42,
            "a hash",
            "a training",
            "a fingerprint",
            new ScheduleState(9, new PlateauRule.State(20.5, 6, 41, 2, Double.NaN), 5),
            GaussianState.of(TestGaussians.random(5, 1, 3)),
            Exposures.NONE);
    CheckpointFormat.write(written, file);
    bytes = Files.readAllBytes(file);
  }

  private void isRefused(byte[] content, String why) throws IOException {
    Files.write(file, content);
    assertThatThrownBy(() -> CheckpointFormat.read(file))
        .isInstanceOf(IOException.class)
        .hasMessage("Cannot resume from %s: %s. Delete it", file, why);
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    Checkpoint read = CheckpointFormat.read(file);
    assertThat(read.step()).isEqualTo(7);
    assertThat(read.seed()).isEqualTo(42);
    assertThat(read.configHash()).isEqualTo("a hash");
    assertThat(read.trainingHash()).isEqualTo("a training");
    assertThat(read.sceneFingerprint()).isEqualTo("a fingerprint");
    assertThat(read.schedule()).isEqualTo(written.schedule());
    assertThat(read.exposures().isEmpty()).isTrue();
    assertThat(read.state().copy()).usingRecursiveComparison().isEqualTo(written.state().copy());
  }

  @Test
  void exposuresAreRead() throws IOException {
    Exposures exposures = Exposures.identity(3);
    for (int i = 0; i < 3 * Exposures.WIDTH; i++) {
      exposures.transforms()[i] += 0.01f * i;
      exposures.firstMoments()[i] = i;
      exposures.secondMoments()[i] = 2 * i;
    }
    exposures.counts()[1] = 5;
    CheckpointFormat.write(
        new Checkpoint(
            7,
            42,
            "a hash",
            "a training",
            "a fingerprint",
            ScheduleState.START,
            written.state(),
            exposures),
        file);
    Checkpoint read = CheckpointFormat.read(file);
    assertThat(read.state().copy()).usingRecursiveComparison().isEqualTo(written.state().copy());
    assertThat(read.exposures().transforms()).isEqualTo(exposures.transforms());
    assertThat(read.exposures().firstMoments()).isEqualTo(exposures.firstMoments());
    assertThat(read.exposures().secondMoments()).isEqualTo(exposures.secondMoments());
    assertThat(read.exposures().counts()).containsExactly(0, 5, 0);
  }

  @Test
  void aTruncatedOneIsRefused() throws IOException {
    String why = "its checksum doesn't match: it is truncated or damaged";
    for (int length : new int[] {bytes.length - 1, bytes.length / 2, 60}) {
      isRefused(Arrays.copyOf(bytes, length), why);
    }
    isRefused(new byte[0], FOREIGN);
  }

  @Test
  void aDamagedOneIsRefused() throws IOException {
    byte[] damaged = bytes.clone();
    damaged[bytes.length / 2] ^= 1;
    isRefused(damaged, "its checksum doesn't match: it is truncated or damaged");
  }

  @Test
  void aForeignOneIsRefused() throws IOException {
    isRefused("ply\nformat binary_little_endian 1.0\n".repeat(9).getBytes(US_ASCII), FOREIGN);
  }

  @Test
  void anotherVersionIsRefused() throws IOException {
    byte[] newer = bytes.clone();
    newer[VERSION_AT]++;
    isRefused(newer, "its version is 3, but this program reads version 2");
    byte[] older = bytes.clone();
    older[VERSION_AT]--;
    isRefused(older, "its version is 1, but this program reads version 2");
  }
}
