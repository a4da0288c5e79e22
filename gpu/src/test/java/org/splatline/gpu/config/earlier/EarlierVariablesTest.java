package org.splatline.gpu.config.earlier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.splatline.gpu.config.ConfigException;
import org.splatline.gpu.config.Configuration;
import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.gpu.train.Phase;
import org.splatline.gpu.train.TrainConfig;

/** TRAINING_MODE and the four other variables. */
class EarlierVariablesTest {
  private static ConfigurationReader reader(Map<String, String> environment) {
    return ConfigurationReader.withDefaultProfile("vanilla")
        .earlierFormat(new EarlierNames())
        .environment(environment);
  }

  @Test
  void allFiveAct() {
    TrainConfig config =
        TrainConfig.of(
            reader(
                    Map.of(
                        "TRAINING_MODE", "progressive",
                        "INITIAL_RESOLUTION_FACTOR", "0.2",
                        "FINAL_RESOLUTION_FACTOR", "0.9",
                        "PSNR_PLATEAU_PATIENCE", "1500",
                        "TARGET_PSNR", "31.5"))
                .read());
    assertThat(config.profile()).isEqualTo("published");
    assertThat(config.train().phases()).startsWith(new Phase(5000, 0.2), new Phase(10_000, 0.25));
    assertThat(config.train().finalScale()).isEqualTo(0.9);
    assertThat(config.train().plateau().patienceSteps()).isEqualTo(1500);
    assertThat(config.quality().targetPsnr()).isEqualTo(31.5);
    assertThat(config.train().plateau().extendToPsnr()).isEqualTo(31.5);
  }

  @Test
  void blankOnesDoNothing() {
    Map<String, String> blank =
        Map.of(
            "TRAINING_MODE", "",
            "INITIAL_RESOLUTION_FACTOR", " ",
            "FINAL_RESOLUTION_FACTOR", "",
            "PSNR_PLATEAU_PATIENCE", "",
            "TARGET_PSNR", "");
    assertThat(reader(blank).read().hash()).isEqualTo(reader(Map.of()).read().hash());
  }

  @Test
  void laterSourcesWin() {
    Map<String, String> environment =
        Map.of(
            "TRAINING_MODE", "progressive",
            "TARGET_PSNR", "31",
            "SPLATLINE_QUALITY_TARGET_PSNR", "32",
            "PSNR_PLATEAU_PATIENCE", "1500");
    TrainConfig config =
        TrainConfig.of(
            reader(environment).settings(List.of("train.plateau.patience-steps=700")).read());
    assertThat(config.quality().targetPsnr()).isEqualTo(32);
    assertThat(config.train().plateau().patienceSteps()).isEqualTo(700);
    assertThat(reader(environment).profile("vanilla").read().profile()).isEqualTo("vanilla");
  }

  @Test
  void aFirstFactorNeedsPhases() {
    Configuration configuration = reader(Map.of("INITIAL_RESOLUTION_FACTOR", "0.2")).read();
    assertThat(configuration.hash()).isEqualTo(reader(Map.of()).read().hash());
    assertThat(
            new EarlierVariables(Map.of("INITIAL_RESOLUTION_FACTOR", "0.2"))
                .applyTo(EarlierFiles.inherited("vanilla")))
        .singleElement()
        .asString()
        .startsWith("INITIAL_RESOLUTION_FACTOR = 0.2 is not used: there are no train.phases");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "TRAINING_MODE | turbo | progressive or vanilla",
        "INITIAL_RESOLUTION_FACTOR | small | a number in (0, 1]",
        "INITIAL_RESOLUTION_FACTOR | 0 | a number in (0, 1]",
        "FINAL_RESOLUTION_FACTOR | 1.5 | a number in (0, 1]",
        "FINAL_RESOLUTION_FACTOR | NaN | a number in (0, 1]",
        "PSNR_PLATEAU_PATIENCE | 0 | a number of steps above 0",
        "PSNR_PLATEAU_PATIENCE | 1.5 | a number of steps above 0",
        "TARGET_PSNR | high | a number of dB above 0",
        "TARGET_PSNR | -3 | a number of dB above 0"
      })
  void badValuesNameTheVariable(String name, String value, String wanted) {
    assertThatThrownBy(() -> reader(Map.of(name, value)).read())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("Invalid %s: %s is not %s".formatted(name, value, wanted));
  }
}
