package org.splatline.gpu.sfm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.splatline.gpu.colmap.ProcessResult;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

class ToolFailureTest {

  private static ProgressParser after(String line) {
    ProgressParser output = new ProgressParser("mapper", 9, (stage, done, total) -> {});
    output.accept(line);
    return output;
  }

  @ParameterizedTest
  @CsvSource({
    "1, F0101 mapper.cc: Check failed, TOOL_CRASH",
    "1, unrecognised option '--Mapper.x', TOOL_INCOMPATIBLE",
    "1, write: No space left on device, DISK_FULL",
    "134, SQLite error: database or disk is full, DISK_FULL",
    "134, Check failed, TOOL_CRASH",
    "139, Matching image, TOOL_CRASH",
    "137, Killed, OUT_OF_MEMORY",
  })
  void readsExitCodeAndOutput(int exitCode, String line, Verdict verdict) {
    assertThat(ToolFailure.verdict(exitCode, after(line))).isEqualTo(verdict);
  }

  @Test
  void namesCommandCodeTimeAndLog() {
    SceneException failure =
        ToolFailure.of(
            "garden",
            "mapper",
            new ProcessResult(134, Duration.ofSeconds(812), List.of("Check failed", "*** Aborted")),
            after("Check failed"),
            Path.of("/logs/mapper.log"));
    assertThat(failure.verdict()).isEqualTo(Verdict.TOOL_CRASH);
    assertThat(failure)
        .hasMessage(
            "Cannot run colmap mapper for scene garden: exit 134 after 812 s, ended by signal 6."
                + " Try again. If it fails in the same way, report it with the log. Last lines:"
                + " Check failed | *** Aborted. Full log: /logs/mapper.log");
  }
}
