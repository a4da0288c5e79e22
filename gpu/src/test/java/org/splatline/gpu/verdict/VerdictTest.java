package org.splatline.gpu.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class VerdictTest {

  @Test
  void isDocumentedAsItIs() throws IOException {
    List<String> documented =
        Files.readAllLines(Path.of("../docs/verdicts.md")).stream()
            .filter(line -> line.matches("\\| [A-Z_]+ \\|.*"))
            .map(line -> line.split(" *\\| *"))
            .map(cells -> String.join(" ", cells[1], cells[3], cells[4]))
            .toList();
    assertThat(documented)
        .isEqualTo(Arrays.stream(Verdict.values()).map(VerdictTest::line).toList());
  }

  private static String line(Verdict verdict) {
    return String.join(
        " ",
        verdict.name(),
        verdict.retryable() ? "yes" : "no",
        verdict.whoFixes().name().toLowerCase(Locale.ROOT));
  }

  @Test
  void isDoneWithAModelOnly() {
    assertThat(Arrays.stream(Verdict.values()).filter(Verdict::isDone))
        .containsExactly(Verdict.OK, Verdict.DEGRADED);
  }
}
