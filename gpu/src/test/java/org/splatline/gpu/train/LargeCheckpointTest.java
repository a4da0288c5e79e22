package org.splatline.gpu.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.TestJvm;
import org.splatline.gpu.backend.Exposures;
import org.splatline.gpu.gaussian.ParameterFamily;
import org.splatline.gpu.gaussian.TrainingState;

/** Checkpoints that are larger than the heap of the JVM that writes and reads them. */
class LargeCheckpointTest {
  @TempDir Path folder;

  @Test
  void aCheckpointOf143MegabytesInAHeapOf64() throws IOException, InterruptedException {
    TestJvm.run(folder, "64m", Writer.class, folder.toString(), "200000");
    assertThat(Files.size(Writer.file(folder))).isBetween(716L * 200_000, 716L * 200_000 + 4096);
  }

  /** 3.6 GB. */
  @Test
  @Tag("release")
  void fiveMillionGaussiansInAHeapOf256Megabytes() throws IOException, InterruptedException {
    TestJvm.run(folder, "256m", Writer.class, folder.toString(), "5000000");
    assertThat(Files.size(Writer.file(folder))).isGreaterThan(716L * 5_000_000);
  }

  /** Writes a checkpoint of so many Gaussians, reads it again and compares. */
  static final class Writer {
    private Writer() {}

    static Path file(Path folder) {
      return folder.resolve("step-000009.ckpt");
    }

    public static void main(String[] arguments) throws IOException {
      Path file = file(Path.of(arguments[0]));
      Counted state = new Counted(Integer.parseInt(arguments[1]));
      CheckpointFormat.write(
          new Checkpoint(9, 42, "", "", "", ScheduleState.START, state, Exposures.NONE), file);
      compare(CheckpointFormat.read(file).state(), state);
    }

    private static void compare(TrainingState read, TrainingState written) {
      for (TrainingState.Moment moment : TrainingState.Moment.values()) {
        for (ParameterFamily family : ParameterFamily.values()) {
          int width = read.width(family);
          float[] got = new float[1000 * width];
          float[] expected = new float[1000 * width];
          if (width == 0) {
            continue; // no masks
          }
          for (int row : List.of(0, read.size() / 2, read.size() - 1000)) {
            read.read(moment, family, row, 1000, got);
            written.read(moment, family, row, 1000, expected);
            assertThat(got).as("%s %s", moment, family).isEqualTo(expected);
          }
        }
      }
    }
  }

  /** Each number tells its array, row and column. */
  private record Counted(int size) implements TrainingState {
    @Override
    public int shDegree() {
      return 3;
    }

    @Override
    public boolean hasMasks() {
      return false;
    }

    @Override
    public void read(Moment moment, ParameterFamily family, int row, int rows, float[] into) {
      int width = width(family);
      int array = 100 * moment.name().charAt(0) + family.glossaryName().hashCode() % 100;
      for (int i = 0; i < rows * width; i++) {
        into[i] = array + (row * width + i) % 65_521;
      }
    }

    @Override
    public void read(Statistic statistic, int row, int rows, float[] into) {
      for (int i = 0; i < rows; i++) {
        into[i] = statistic.name().length() + (row + i) % 65_521;
      }
    }
  }
}
