package org.splatline.pipeline.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.pipeline.config.Stage;

/** A standalone cluster of two workers, each with a simulated GPU. The CPU backend trains. */
@Tag("release") // it takes two minutes
class ClusterIT {
  private static final int SECONDS = 240;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  static Path folder;

  private static Lab lab;

  @BeforeAll
  static void start() throws Exception {
    lab = Lab.start(folder.resolve("lab"), "--workers", "2", "--pretend-gpus", "1", "--cores", "2");
  }

  @AfterAll
  static void stop() {
    lab.close();
    assertThat(lab.executors(true)).isEmpty();
    assertThat(lab.executors(false)).isEmpty();
  }

  @Test
  void twoTrainAtATimeAndNothingElseHoldsAGpu() throws Exception {
    Path scenes = lab.scenes(4);
    Lab.Driver driver = lab.run("night", scenes, "cluster", new Lab.Settings());
    assertThat(driver.await(SECONDS)).as(driver.output()).isZero();

    Events events = Events.read(lab.events("cluster"));
    List<Events.Task> trainings = events.tasks(Stage.TRAIN);
    assertThat(trainings).hasSize(4);
    assertThat(Events.atATime(trainings)).isEqualTo(2);
    assertThat(trainings)
        .extracting(task -> events.executor(task).gpus())
        .containsOnly(List.of("0"), List.of("1"));
    for (Stage stage : EnumSet.complementOf(EnumSet.of(Stage.TRAIN, Stage.EVALUATE))) {
      assertThat(events.tasks(stage))
          .hasSize(4)
          .allMatch(task -> events.executor(task).gpus().isEmpty());
    }
    assertThat(driver.output()).contains("Training runs on executors of its own, with one GPU");
    assertThat(driver.output()).contains("scene scene00 train step");

    Lab.Driver local = lab.run("local[2]", "night", scenes, "local", new Lab.Settings());
    assertThat(local.await(SECONDS)).as(local.output()).isZero();
    Map<String, String> models = lab.models("cluster", "night");
    assertThat(models).hasSize(4).isEqualTo(lab.models("local", "night"));
  }
}
