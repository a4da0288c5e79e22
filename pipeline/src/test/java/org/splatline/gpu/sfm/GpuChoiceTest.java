package org.splatline.gpu.sfm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.splatline.gpu.match.CpuMatcher;
import org.splatline.gpu.sfm.SfmConfig.Matching;

class GpuChoiceTest {
  private static final GpuMatchers GPU = TestGpu.that(new CpuMatcher());

  @ParameterizedTest
  @CsvSource({
    "auto, auto, 300, EXHAUSTIVE, '300 photographs, at most sfm.gpu-exhaustive-max-images = 300'",
    "gpu, auto, 301, PRESELECTED, '301 photographs, more than sfm.gpu-exhaustive-max-images ='",
    "auto, exhaustive, 500, EXHAUSTIVE, set by sfm.matcher; on the GPU",
  })
  void aGpuComparesManyPairs(
      String matching, String matcher, int images, Matching chosen, String reason) {
    SfmConfig config = SfmConfigs.with("matching=" + matching, "matcher=" + matcher);
    Rung.Pairs pairs = GpuChoice.of(config, GPU, images).pairs().orElseThrow();
    assertThat(pairs.matching()).isEqualTo(chosen);
    assertThat(pairs.by()).isEqualTo(Rung.By.GPU);
    assertThat(pairs.reason()).startsWith(reason).endsWith("; on the GPU");
  }

  @ParameterizedTest
  @CsvSource({"cpu, auto", "auto, sequential", "auto, spatial", "gpu, sequential"})
  void colmapComparesWhereItChoosesPairsOrIsToldTo(String matching, String matcher) {
    SfmConfig config = SfmConfigs.with("matching=" + matching, "matcher=" + matcher);
    assertThat(GpuChoice.of(config, GPU, 50))
        .isEqualTo(new GpuChoice(Optional.empty(), Optional.empty()));
  }

  @Test
  void theReasonForColmapIsToldOnlyWhereAGpuCouldBe() {
    GpuMatchers absent = GpuMatchers.absent("why");
    assertThat(GpuChoice.of(SfmConfigs.with(), absent, 50).absence()).contains("why");
    assertThat(GpuChoice.of(SfmConfigs.with(), GpuMatchers.NONE, 50).absence()).isEmpty();
  }
}
