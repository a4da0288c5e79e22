package org.splatline.pipeline.colmap;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.splatline.gpu.colmap.ProcessResult;
import org.splatline.gpu.scene.SceneException;
import org.splatline.gpu.scene.Verdict;

class ToolFailureTest {

  @ParameterizedTest
  @CsvSource({
    "1, false, TOOL_CRASH",
    "1, true, TOOL_INCOMPATIBLE",
    "134, false, TOOL_CRASH",
    "139, false, TOOL_CRASH",
    "137, false, OUT_OF_MEMORY",
  })
  void readsExitCode(int exitCode, boolean misunderstood, Verdict verdict) {
    assertThat(ToolFailure.verdict(exitCode, misunderstood)).isEqualTo(verdict);
  }

  @Test
  void namesCommandCodeTimeAndLog() {
    SceneException failure =
        ToolFailure.of(
            "garden",
            "mapper",
            new ProcessResult(134, Duration.ofSeconds(812), List.of("Check failed", "*** Aborted")),
            false,
            Path.of("/work/logs/mapper.log"));
    assertThat(failure.verdict()).isEqualTo(Verdict.TOOL_CRASH);
    assertThat(failure)
        .hasMessage(
            "Cannot run colmap mapper for scene garden: exit 134 after 812 s, ended by signal 6."
                + " Try again; if it ends so again, report it with the log. Last lines: Check"
                + " failed | *** Aborted. Full log: /work/logs/mapper.log");
  }
}
