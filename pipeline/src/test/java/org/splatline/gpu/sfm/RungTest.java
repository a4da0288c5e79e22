package org.splatline.gpu.sfm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.splatline.gpu.sfm.SfmConfig.Matching;
import org.splatline.gpu.verdict.Verdict;

class RungTest {

  private static List<String> ladder(
      SfmConfig config, Matching first, int images, boolean hasGlobal) {
    return Rung.ladder(config, new MatcherChoice(first, "why"), Optional.empty(), images, hasGlobal)
        .stream()
        .map(Rung::label)
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "EXHAUSTIVE, 50, false, 4, 'exhaustive,relaxed'",
    "EXHAUSTIVE, 50, true, 4, 'exhaustive,relaxed,global'",
    "SEQUENTIAL, 200, true, 4, 'sequential 10,exhaustive,relaxed,global'",
    "SEQUENTIAL, 201, false, 4, 'sequential 10,sequential 30,relaxed'",
    "SPATIAL, 300, true, 2, 'spatial,sequential 30'",
    "VOCABULARY, 300, true, 1, 'vocabulary'",
  })
  void climbsFromFewPairsToMany(
      Matching first, int images, boolean hasGlobal, int most, String labels) {
    assertThat(ladder(SfmConfigs.with("rungs=" + most), first, images, hasGlobal))
        .containsExactly(labels.split(",", -1));
  }

  @ParameterizedTest
  @CsvSource({
    "LOW_REGISTRATION, true, true",
    "SPLIT_MODEL, true, true",
    "NO_MODEL, true, true",
    "DEGRADED, true, true",
    "NO_MATCHES, true, false",
    "HIGH_REPROJECTION, false, false",
    "OK, false, false",
    "TOOL_CRASH, false, false",
    "TIMEOUT, false, false",
  })
  void isTriedAfterVerdictsThatItCanImprove(Verdict before, boolean pairs, boolean relaxed) {
    List<Rung> rungs =
        Rung.ladder(
            SfmConfigs.with(),
            new MatcherChoice(Matching.SEQUENTIAL, "why"),
            Optional.empty(),
            100,
            false);
    assertThat(rungs.get(1).canImprove(before)).as("more pairs").isEqualTo(pairs);
    assertThat(rungs.get(2).canImprove(before)).as("weaker matches").isEqualTo(relaxed);
  }
}
