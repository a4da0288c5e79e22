package org.splatline.gpu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Two commands that write to one {@code --out}. */
class OutFolderTest {
  @TempDir private Path folder;
  private Path scene;
  private Path out;
  private Process first; // null: none was started

  private record Answer(int code, String err) {}

  @BeforeEach
  void photograph() {
    scene = folder.resolve("studio");
    out = folder.resolve("out");
    TrainerProcess.makeScene(scene);
  }

  @AfterEach
  void endFirst() throws InterruptedException {
    if (first != null) {
      first.destroyForcibly().waitFor();
    }
  }

  private List<String> arguments(String command, int steps, Path target) {
    String line = "%s --backend cpu --profile vanilla --steps %d --scene %s --out %s";
    return List.of(line.formatted(command, steps, scene, target).split(" "));
  }

  private Answer ask(String command, Path target) {
    StringWriter err = new StringWriter();
    CommandLine commands = TrainerMain.commandLine();
    commands.setOut(new PrintWriter(new StringWriter())).setErr(new PrintWriter(err));
    int code = TrainerMain.run(commands, arguments(command, 3, target).toArray(String[]::new));
    return new Answer(code, err.toString());
  }

  private void startFirst() throws IOException, InterruptedException {
    Path log = folder.resolve("first.log");
    first = TrainerProcess.start(arguments("train", 1_000_000, out), log, log);
    while (!Files.isDirectory(out.resolve("checkpoints")) && first.isAlive()) {
      Thread.sleep(10);
    }
    assertThat(first.isAlive()).as(Files.readString(log)).isTrue();
  }

  @Test
  void theSecondTrainingIsRefusedWithTheFirstsProcess() throws IOException, InterruptedException {
    startFirst();
    for (String command : List.of("train", "ablate")) {
      Answer second = ask(command, out);
      assertThat(second.code()).as(second.err()).isEqualTo(TrainerMain.USAGE);
      assertThat(second.err())
          .contains("Cannot write to " + out)
          .contains("splatline train, pid %d on host ".formatted(first.pid()))
          .contains("--out");
    }
    assertThat(out.resolve("model.ply")).doesNotExist();

    Path link = Files.createSymbolicLink(folder.resolve("link"), out);
    assertThat(ask("train", link).code()).as("by another name").isEqualTo(TrainerMain.USAGE);
    assertThat(first.isAlive()).isTrue();

    first.destroyForcibly().waitFor();
    Answer after = ask("train", out);
    assertThat(after.code()).as("a killed training holds nothing: " + after.err()).isZero();
    assertThat(out.resolve("model.ply")).exists();
  }

  @Test
  void aSecondCommandOfThisProcessIsRefused() {
    try (OutFolder held = OutFolder.take(out, "a test")) {
      Answer second = ask("train", held.path());
      assertThat(second.code()).as(second.err()).isEqualTo(TrainerMain.USAGE);
      assertThat(second.err()).contains("pid " + ProcessHandle.current().pid());
    }
    assertThat(ask("train", out).code()).isZero();
    assertThat(ask("train", out).code()).as("again").isZero();
  }
}
