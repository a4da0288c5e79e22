package org.splatline.pipeline.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Jazzer, which keeps the inputs that reach new code, looks for bytes that a reader of uploaded
 * files neither reads nor refuses, or that take it more than {@link #SLOW} or 512 MiB. It starts
 * from good files and from {@code src/test/resources/fuzz}, which has what it found before, a
 * folder for each reader.
 *
 * <p>{@code -Dsplatline.fuzz.time=PT10M -Dsplatline.fuzz.reader=spz} looks longer, or at one
 * reader. A failure names the file of its input.
 */
class ReaderFuzzTest {
  private static final Duration SLOW = Duration.ofSeconds(20);
  private static final int RUNS = 1500; // of all readers together, in each build
  private static final Path CORPUS = Path.of("src/test/resources/fuzz");
  private static final Path KEPT = Path.of("target/fuzz").toAbsolutePath();

  /** Code in which new paths count. Jackson's would double the time that all readers take. */
  private static final String CODE =
      String.join(
          ":", "org.splatline.**", "com.drew.**", "org.apache.commons.compress.**", "org.yaml.**");

  @TempDir Path folder;

  /** How long Jazzer looks. */
  private static String bound(String otherwise) {
    String time = System.getProperty("splatline.fuzz.time");
    return time == null ? otherwise : "-max_total_time=" + Duration.parse(time).toSeconds();
  }

  @Test
  void allReadersTogether() throws Exception {
    String label = System.getProperty("splatline.fuzz.reader", FuzzTarget.ALL);
    Path inputs = inputs(label);
    FuzzTarget.Reader[] readers = FuzzTarget.Reader.values();
    for (int i = 0; i < readers.length; i++) {
      if (label.equals(FuzzTarget.ALL)) {
        copyInputs(readers[i], inputs, new byte[] {(byte) i});
      } else if (label.equals(readers[i].label())) {
        copyInputs(readers[i], inputs, new byte[0]);
      }
    }
    fuzz(label, inputs, "-runs=" + RUNS);
  }

  @Tag("release")
  @ParameterizedTest
  @EnumSource
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void eachReader(FuzzTarget.Reader reader) throws Exception {
    Path inputs = inputs(reader.label());
    copyInputs(reader, inputs, new byte[0]);
    fuzz(reader.label(), inputs, "-max_total_time=600");
  }

  /** An empty folder, which keeps what Jazzer finds until the next run. */
  private static Path inputs(String label) throws IOException {
    Path inputs = KEPT.resolve(label);
    if (Files.exists(inputs)) {
      FuzzTarget.delete(inputs);
    }
    return Files.createDirectories(inputs);
  }

  private void copyInputs(FuzzTarget.Reader reader, Path inputs, byte[] before) throws IOException {
    List<byte[]> contents = new ArrayList<>();
    contents.add(FuzzTarget.good(reader, Files.createDirectory(folder.resolve(reader.label()))));
    Path found = CORPUS.resolve(reader.label());
    if (Files.isDirectory(found)) {
      try (Stream<Path> files = Files.list(found)) {
        for (Path file : files.sorted().toList()) {
          contents.add(Files.readAllBytes(file));
        }
      }
    }
    for (int i = 0; i < contents.size(); i++) {
      byte[] input = new byte[before.length + contents.get(i).length];
      System.arraycopy(before, 0, input, 0, before.length);
      System.arraycopy(contents.get(i), 0, input, before.length, contents.get(i).length);
      Files.write(inputs.resolve(reader.label() + "-" + i), input);
    }
  }

  private void fuzz(String label, Path inputs, String bound)
      throws IOException, InterruptedException {
    Path log = KEPT.resolve(label + ".log");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-Xmx512m",
                "-Xss1m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-OmitStackTraceInFastThrow",
                "-Djava.awt.headless=true",
                "-Djava.io.tmpdir=" + Files.createDirectory(folder.resolve("work")),
                "-cp",
                System.getProperty("splatline.jazzer.path")
                    + File.pathSeparator
                    + System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + FuzzTarget.class.getName(),
                "--target_args=" + label,
                "--instrumentation_includes=" + CODE,
                "--custom_hook_includes=org.splatline.**",
                "--reproducer_path=" + KEPT,
                "-artifact_prefix=" + KEPT + "/" + label + "-",
                bound(bound),
                "-seed=1",
                "-timeout=" + SLOW.toSeconds(),
                "-rss_limit_mb=0",
                "-max_len=65536",
                inputs.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      int code = process.waitFor();
      assertThat(code).as("Jazzer's exit code; its output is in %s", log).isZero();
      assertThat(log).content().contains("Done ");
    } finally {
      process.destroyForcibly();
    }
  }
}
