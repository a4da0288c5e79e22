package org.splatline.pipeline.colmap;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.splatline.pipeline.colmap.SfmConfig.Matching;

class MatcherChoiceTest {

  @ParameterizedTest
  @CsvSource({
    "auto, 60, EXHAUSTIVE, '60 photographs, at most sfm.exhaustive-max-images = 60'",
    "auto, 61, SEQUENTIAL, '61 photographs, more than sfm.exhaustive-max-images = 60'",
    "sequential, 3, SEQUENTIAL, set by sfm.matcher",
    "exhaustive, 500, EXHAUSTIVE, set by sfm.matcher",
  })
  void followsConfigurationAndNumber(String set, int images, Matching matcher, String reason) {
    assertThat(MatcherChoice.of(SfmConfigs.with("matcher=" + set), images))
        .isEqualTo(new MatcherChoice(matcher, reason));
  }
}
