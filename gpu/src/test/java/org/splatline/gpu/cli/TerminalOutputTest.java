package org.splatline.gpu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code train} prints in a terminal. */
class TerminalOutputTest {
  private static final String TRAIN =
      "train --backend cpu --profile published --steps 3 --set train.threads=1 --scene %s --out %s";

  @TempDir private static Path scene;

  @TempDir private Path folder;

  @BeforeAll
  static void photograph() {
    TrainerProcess.makeScene(scene.resolve("studio"));
  }

  private record Output(String out, String err) {}

  private Output train(String command) throws IOException, InterruptedException {
    List<String> arguments =
        List.of(command.formatted(scene.resolve("studio"), folder.resolve("model")).split(" "));
    Path out = folder.resolve("out.txt");
    Path err = folder.resolve("err.txt");
    int code = TrainerProcess.await(TrainerProcess.start(arguments, out, err));
    assertThat(code).as(Files.readString(err)).isZero();
    return new Output(Files.readString(out), Files.readString(err));
  }

  @Test
  void showsProgressAndASummaryButNoLogLines() throws IOException, InterruptedException {
    Output output = train(TRAIN + " --set export.formats=[spz,compressed.ply]");
    assertThat(output.err())
        .contains("scene studio: 7 training views", "scene studio train step 3/3")
        .doesNotContain("INFO", "org.splatline", "prunes");
    assertThat(output.out()).contains(" dB, SSIM ", "metrics.json");
    Path out = folder.resolve("model");
    assertThat(output.out().lines().filter(line -> line.startsWith("model ")))
        .containsExactly(
            "model    " + out.resolve("model.spz"),
            "model    " + out.resolve("model.compressed.ply"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--verbose " + TRAIN, TRAIN + " --verbose"})
  void verboseShowsLogLines(String command) throws IOException, InterruptedException {
    Output output = train(command);
    assertThat(output.err())
        .contains("INFO Trainer - scene studio: step 2 prunes ", "scene studio train step 3/3");
    assertThat(output.out()).contains(" dB, SSIM ", "model.ply");
  }

  @Test
  void aFileOfEarlierNamesGivesOneWarning() throws IOException, InterruptedException {
    Path file = Files.writeString(folder.resolve("earlier.yaml"), "training: {log_interval: 5}");
    Output output = train(TRAIN + " --config " + file);
    assertThat(output.err())
        .contains("earlier.yaml: number of names that have no effect: 1. --verbose shows each")
        .doesNotContain("log_interval");
  }
}
