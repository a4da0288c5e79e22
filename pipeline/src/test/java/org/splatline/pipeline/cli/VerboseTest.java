package org.splatline.pipeline.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.cli.TrainerMain;

/** Runs a command that logs a line, in its own JVM, as bin/splatline does. */
class VerboseTest {
  @TempDir Path folder;
  private Path log;

  @BeforeEach
  void writeAFileOfEarlierNames() throws IOException {
    log = folder.resolve("splatline.log");
    Files.writeString(folder.resolve("earlier.yaml"), "training: {log_interval: 100}\n");
  }

  /** Reading {@code earlier.yaml} logs what its names mean; then there is no such run. */
  private String status(String... beforeTheCommand) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dsplatline.log=" + log,
                "-cp",
                System.getProperty("java.class.path"),
                Splatline.class.getName()));
    command.addAll(List.of(beforeTheCommand));
    command.addAll(
        List.of(
            "status",
            "--run-id=x",
            "--store=" + folder,
            "--config=" + folder.resolve("earlier.yaml")));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isEqualTo(TrainerMain.USAGE);
    assertThat(output).contains("Cannot find run x in ");
    return output;
  }

  @Test
  void logLinesAreInTheLogFileAlone() throws Exception {
    assertThat(status().lines()).hasSize(1);
    assertThat(log).content().contains(" INFO ", "training.log_interval");
  }

  @Test
  void verboseShowsThemInTheTerminalToo() throws Exception {
    assertThat(status("--verbose")).contains("INFO  ConfigurationReader ", "training.log_interval");
    assertThat(log).content().contains(" INFO ", "training.log_interval");
  }
}
