package org.splatline.pipeline.site;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.splatline.pipeline.OddNames;

class SceneFolderNameTest {
  @Test
  void plainNamesStay() {
    assertThat(SceneFolderName.of("Garden_07-b.v2")).isEqualTo("Garden_07-b.v2");
  }

  @Test
  void otherCharactersAreEscaped() {
    assertThat(SceneFolderName.of("a b")).isEqualTo("a~20b");
    assertThat(SceneFolderName.of("庭~")).isEqualTo("~E5~BA~AD~7E");
    assertThat(SceneFolderName.of("..")).isEqualTo("~2E.");
    assertThat(SceneFolderName.of(OddNames.NAME)).matches("[A-Za-z0-9._~-]+");
  }

  @Test
  void longNamesAreCutAndStayDifferent() {
    String one = SceneFolderName.of("庭".repeat(100) + "1");
    String other = SceneFolderName.of("庭".repeat(100) + "2");
    assertThat(one).hasSizeLessThanOrEqualTo(200).isNotEqualTo(other);
  }
}
