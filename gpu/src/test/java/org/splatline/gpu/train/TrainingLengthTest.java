package org.splatline.gpu.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.gpu.scene.Scene;

class TrainingLengthTest {
  private static TrainConfig config(String profile, String... settings) {
    return TrainConfig.of(
        ConfigurationReader.withDefaultProfile(profile).settings(List.of(settings)).read());
  }

  @ParameterizedTest(name = "{0} steps, {1} per view, {2} views: {3}")
  @CsvSource({
    "30000, 200, 219, 30000",
    "30000, 200, 150, 30000",
    "30000, 200, 149, 29800",
    "30000, 200, 100, 20000",
    "30000, 200, 41, 8200",
    "30000, 200, 40, 8000",
    "30000, 200, 12, 8000",
    "30000, 200, 11, 30000", // few photographs
    "30000, 0, 100, 30000",
    "30000, 1, 20, 8000",
    "8000, 200, 20, 8000",
    "500, 200, 20, 500",
    "0, 200, 20, 0",
    "2000000000, 2000000000, 20, 2000000000"
  })
  void stepsFollowTheViews(int steps, int perView, int views, int expected) {
    ScheduleConfig train =
        config(
                "vanilla",
                "train.steps=" + steps,
                "train.steps-per-view=" + perView,
                "train.few-views.below=12")
            .train();
    assertThat(TrainingLength.steps(train, views)).isEqualTo(expected);
  }

  /** As if the steps had been configured. */
  @Test
  void everyStepValuedKeyFollows() {
    TrainConfig asked = config("progressive", "train.steps=9000");
    TrainConfig shortened = config("progressive").withSteps(9000);
    assertThat(shortened.train()).isEqualTo(asked.train());
    assertThat(shortened.densify()).isEqualTo(asked.densify());
    assertThat(shortened.optimizer()).isEqualTo(asked.optimizer());
    assertThat(shortened.prune()).isEqualTo(asked.prune());
    assertThat(shortened.checkpoint()).isEqualTo(asked.checkpoint());
    TrainConfig vanilla = config("vanilla");
    assertThat(vanilla.withSteps(9000).densify()).isEqualTo(vanilla.densify());
  }

  @Test
  void aSceneGetsItsSteps(@TempDir Path photographs) throws IOException {
    Scene scene = TinyScene.write(photographs);
    assertThat(scene.trainViews()).hasSize(7);
    TrainConfig given =
        config("progressive", "train.few-views.below=0", "train.steps-per-view=2000");
    TrainConfig trained = TrainingLength.configFor(scene, given);
    assertThat(trained.train().steps()).isEqualTo(14_000);
    assertThat(trained.configHash()).isEqualTo(given.configHash());
    assertThat(TrainingLength.configFor(scene, trained)).as("applied once more").isSameAs(trained);
  }
}
