package org.splatline.gpu.sfm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.splatline.gpu.sfm.SfmConfig.Matching;

class MatcherChoiceTest {

  @ParameterizedTest
  @CsvSource({
    "auto, '', 60, false, 0, EXHAUSTIVE, '60 photographs, at most sfm.exhaustive-max-images = 60'",
    "auto, '', 61, false, 0, SEQUENTIAL, '61 photographs, more than sfm.exhaustive-max-images ="
        + " 60'",
    "auto, '', 60, false, 60, EXHAUSTIVE, '60 photographs, at most sfm.exhaustive-max-images = 60'",
    "auto, '', 100, false, 80, SPATIAL, '80 of 100 photographs have GPS'",
    "auto, '', 100, false, 79, SEQUENTIAL, '100 photographs, more than sfm.exhaustive-max-images ="
        + " 60'",
    "auto, /tree, 100, false, 79, VOCABULARY, '100 photographs, and sfm.vocabulary names a file'",
    "auto, '', 10, true, 10, SEQUENTIAL, 'frames of a video, in order'",
    "sequential, '', 3, false, 0, SEQUENTIAL, set by sfm.matcher",
    "exhaustive, '', 500, true, 0, EXHAUSTIVE, set by sfm.matcher",
  })
  void dependsOnConfigurationAndPhotographs(
      String set,
      String vocabulary,
      int images,
      boolean frames,
      int withPosition,
      Matching matcher,
      String reason) {
    SfmConfig config = SfmConfigs.with("matcher=" + set, "vocabulary=" + vocabulary);
    assertThat(MatcherChoice.of(config, new SfmHints(frames, withPosition), images))
        .isEqualTo(new MatcherChoice(matcher, reason));
  }
}
