package org.splatline.gpu.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.splatline.gpu.config.ConfigurationReader;

class GrowthRuleTest {
  private static Optional<String> violation(String profile, String... settings) {
    TrainConfig config =
        TrainConfig.of(
            ConfigurationReader.withDefaultProfile(profile).settings(List.of(settings)).read());
    return GrowthRule.violation(
        config, ResolutionSchedule.of(config.train(), config.train().phases()));
  }

  /** Growth from 500 to 15,000: its last quarter begins at step 11,376. */
  @ParameterizedTest
  @CsvSource({"11375, true", "11376, false", "14998, false", "15000, false", "100, true"})
  void theLastQuarterOfGrowthHasFullSize(int untilStep, boolean good) {
    String phases = "train.phases=[{until-step: %d, scale: 0.5}]".formatted(untilStep);
    assertThat(violation("vanilla", phases).isEmpty()).isEqualTo(good);
  }

  @Test
  void itSaysWhatIsWrongWithTheValues() {
    assertThat(violation("vanilla", "train.phases=[{until-step: 12000, scale: 0.5}]"))
        .hasValue(
            "growth lasts from step 500 to 15000, but pictures have full size only from step 12001."
                + " Its last quarter, from step 11376, needs full size: lower the last until-step of"
                + " train.phases, or raise densify.until-step");
    assertThat(violation("vanilla", "train.phases=[{until-step: 19500, scale: 0.75}]"))
        .hasValueSatisfying(
            said ->
                assertThat(said)
                    .startsWith(
                        "growth ends at step 15000, before pictures have full size at step 19501."));
    assertThat(violation("vanilla", "train.final-scale=0.5"))
        .hasValue(
            "pictures never have full size: train.final-scale is 0.5. Set it to 1 for detail");
  }

  @Test
  void lateDensificationIsGrowthToo() {
    String[] settings = {
      "train.phases=[{until-step: 12000, scale: 0.5}]",
      "densify.late.from-step=20000",
      "densify.late.until-step=21000"
    };
    assertThat(violation("vanilla", settings)).isEmpty();
    assertThat(violation("published")).isPresent();
  }

  @Test
  void fullSizeInEveryPhaseIsFullSize() {
    assertThat(violation("vanilla")).isEmpty();
    assertThat(violation("vanilla", "train.phases=[{until-step: 19500, scale: 1}]")).isEmpty();
    assertThat(
            violation(
                "vanilla",
                "train.phases=[{until-step: 900, scale: 0.5}, {until-step: 19500, scale: 1}]"))
        .isEmpty();
  }

  @Test
  void noGrowthBreaksNoRule() {
    assertThat(violation("vanilla", "densify.until-step=500", "train.final-scale=0.5")).isEmpty();
    assertThat(violation("vanilla", "train.steps=400", "train.final-scale=0.5")).isEmpty();
  }
}
