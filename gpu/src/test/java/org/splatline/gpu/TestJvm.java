package org.splatline.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs a class's {@code main} in a JVM with a small heap. */
public final class TestJvm {
  private TestJvm() {}

  /**
   * Fails if the JVM does, with what it wrote.
   *
   * @param folder for its log
   * @param heap as {@code -Xmx} takes it
   */
  public static void run(Path folder, String heap, Class<?> main, String... arguments)
      throws IOException, InterruptedException {
    Path log = folder.resolve("log");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    command.addAll(List.of(arguments));
    int code =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start()
            .waitFor();
    assertThat(code).as(Files.readString(log)).isZero();
  }
}
