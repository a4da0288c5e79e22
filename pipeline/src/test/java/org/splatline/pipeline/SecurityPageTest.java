package org.splatline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** docs/security.md names the versions of the programs that read strangers' bytes. */
class SecurityPageTest {
  private static final List<String> PARSERS =
      List.of("commons-compress", "commons-io", "commons-lang3", "metadata-extractor", "xmpcore");

  @Test
  void namesTheVersionsOfTheBuild() throws IOException {
    String page = Files.readString(Path.of("../docs/security.md"));
    String build = Files.readString(Path.of("../pom.xml"));
    for (String parser : PARSERS) {
      String open = "<" + parser + ".version>";
      int from = build.indexOf(open) + open.length();
      String version = build.substring(from, build.indexOf("</", from));
      assertThat(build).contains(open);
      assertThat(page).contains("| %s | %s |".formatted(parser, version));
    }
  }
}
