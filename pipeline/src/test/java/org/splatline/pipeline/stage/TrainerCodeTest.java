package org.splatline.pipeline.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainerCodeTest {
  @ParameterizedTest
  @CsvSource({"1.0.0, true", "0.1.0-SNAPSHOT, false", "development, false"})
  void aReleaseIsKnownByItsVersion(String version, boolean isRelease) {
    assertThat(TrainerCode.isRelease(version)).isEqualTo(isRelease);
  }

  @Test
  void thisBuildIsKnownByItsCode() {
    assertThat(TrainerCode.SUM).matches("code [0-9a-f]{64}");
  }

  @Test
  void otherClassesHaveAnotherSum(@TempDir Path folder) throws IOException {
    Path file = Files.createDirectories(folder.resolve("org")).resolve("A.class");
    Files.writeString(file, "one");
    String one = TrainerCode.sum(folder);
    assertThat(TrainerCode.sum(folder)).isEqualTo(one);
    assertThat(TrainerCode.sum(file)).as("a jar").isNotEqualTo(one);
    Files.writeString(file, "two");
    assertThat(TrainerCode.sum(folder)).isNotEqualTo(one);
    Files.writeString(file, "one");
    Files.move(file, file.resolveSibling("B.class"));
    assertThat(TrainerCode.sum(folder)).isNotEqualTo(one);
  }
}
