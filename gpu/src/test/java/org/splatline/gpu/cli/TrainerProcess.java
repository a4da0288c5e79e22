package org.splatline.gpu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@link TrainerMain} in a JVM of its own. */
final class TrainerProcess {
  private TrainerProcess() {}

  /** Starts it. What it prints is appended to two files. */
  static Process start(List<String> arguments, Path out, Path err) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.awt.headless=true",
                "-cp",
                System.getProperty("java.class.path"),
                TrainerMain.class.getName()));
    command.addAll(arguments);
    return new ProcessBuilder(command)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(out.toFile()))
        .redirectError(ProcessBuilder.Redirect.appendTo(err.toFile()))
        .start();
  }

  /** Waits for its end and returns the exit code. */
  static int await(Process process) throws InterruptedException {
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    return process.exitValue();
  }

  /** Makes a tiny scene to train on. */
  static void makeScene(Path folder) {
    String photograph = "photograph --scene studio --views 9 --size 48x36 --with-model --out ";
    assertThat(
            TrainerMain.run(
                TrainerMain.commandLine(), photograph.concat(folder.toString()).split(" ")))
        .isZero();
  }
}
