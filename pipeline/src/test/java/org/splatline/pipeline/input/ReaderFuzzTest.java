package org.splatline.pipeline.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Jazzer looks for bytes that a reader of uploaded files neither reads nor refuses ({@link
 * Fuzzing}).
 *
 * <p>{@code -Dsplatline.fuzz.time=PT10M -Dsplatline.fuzz.reader=spz} looks longer, or at one
 * reader. A failure names the file of its input. On a host without Maven: {@code bin/fuzz-bundle}.
 */
class ReaderFuzzTest {
  private static final int RUNS = 1500; // of all readers together, in each build
  private static final Path CORPUS = Path.of("src/test/resources/fuzz");
  private static final Path KEPT = Path.of("target/fuzz").toAbsolutePath();

  @Test
  void allReadersTogether() throws Exception {
    String label = System.getProperty("splatline.fuzz.reader", FuzzTarget.ALL);
    Fuzzing fuzzing = emptied(label);
    for (FuzzTarget.Reader reader : FuzzTarget.Reader.values()) {
      if (label.equals(FuzzTarget.ALL) || label.equals(reader.label())) {
        fuzzing.addInputs(reader, CORPUS);
      }
    }
    String time = System.getProperty("splatline.fuzz.time");
    look(
        fuzzing,
        time == null ? "-runs=" + RUNS : "-max_total_time=" + Duration.parse(time).toSeconds());
  }

  @Tag("release")
  @ParameterizedTest
  @EnumSource
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void eachReader(FuzzTarget.Reader reader) throws Exception {
    Fuzzing fuzzing = emptied(reader.label());
    fuzzing.addInputs(reader, CORPUS);
    look(fuzzing, "-max_total_time=600");
  }

  /** In an empty folder, which keeps what Jazzer finds until the next run. */
  private static Fuzzing emptied(String label) throws IOException {
    Path folder = KEPT.resolve(label);
    if (Files.exists(folder)) {
      FuzzTarget.delete(folder);
    }
    return new Fuzzing(label, folder);
  }

  private static void look(Fuzzing fuzzing, String bound) throws Exception {
    Path log = fuzzing.run(1, bound);
    assertThat(fuzzing.findings()).as("inputs that a reader failed at; see %s", log).isEmpty();
    assertThat(log).content().contains("Done ");
  }
}
