package org.splatline.pipeline.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
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
import org.splatline.gpu.sfm.FakeColmap;
import org.splatline.pipeline.config.Stage;
import org.splatline.pipeline.run.RunSummary;
import org.splatline.pipeline.run.TinyScene;

/**
 * The documented spark-submit line on a standalone cluster of two workers, each with a simulated
 * GPU. The CPU backend trains.
 */
@Tag("both-lanes")
@Tag("gate-spark4") // with the other Spark the gate submits to YARN
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
  void theOneJarIsEnough() throws Exception {
    Path scenes = folder.resolve("garden");
    TinyScene.write(scenes.resolve("scene00"), 1);

    // One executor of each profile is enough for one scene, and a JVM takes seconds.
    Lab.Settings settings =
        new Lab.Settings().steps(60).spark("spark.dynamicAllocation.maxExecutors", "1");

    Lab.Driver driver = lab.run("monday", scenes, "one", settings);

    assertThat(driver.await(SECONDS)).as(driver.output()).isZero();
    assertThat(lab.models("one", "monday")).containsOnlyKeys("scene00");
    Events events = Events.read(lab.events("one"));
    assertThat(events.tasks(Stage.TRAIN))
        .singleElement()
        .satisfies(task -> assertThat(events.executor(task).gpus()).hasSize(1));
  }

  @Test
  @Tag("release") // it takes two minutes
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
    for (Stage stage : EnumSet.of(Stage.INGEST, Stage.SFM, Stage.PUBLISH)) {
      assertThat(events.tasks(stage))
          .hasSize(4)
          .allMatch(task -> events.executor(task).gpus().isEmpty());
    }
    assertThat(driver.output()).contains("Training runs on executors of its own, with one GPU");
    assertThat(driver.output()).contains("scene scene00 train step");

    Lab.Driver doctor = lab.clusterCommand(doctor("cluster"));
    assertThat(doctor.await(SECONDS)).as(doctor.output()).isIn(0, 1); // a host may lack COLMAP
    assertThat(doctor.output())
        .containsPattern("default, executor \\d+ on 127.0.0.1 +store.path +ok ")
        .containsPattern("sfm, executor \\d+ on 127.0.0.1 +COLMAP ")
        .containsPattern(
            "train, executor \\d+ on 127.0.0.1 +lease +ok +GPU [01] taken under the lo")
        .containsPattern("train, executor \\d+ on 127.0.0.1 +clock +ok +[+-]0\\.");

    Lab.Driver local = lab.run("local[2]", "night", scenes, "local", new Lab.Settings());
    assertThat(local.await(SECONDS)).as(local.output()).isZero();
    Map<String, String> models = lab.models("cluster", "night");
    assertThat(models).hasSize(4).isEqualTo(lab.models("local", "night"));
  }

  private static List<String> doctor(String store) {
    Path config = lab.folder().resolve("config-%s.yaml".formatted(store));
    return List.of(
        "doctor", "--cluster", "--wait", "2m", "--profile", "vanilla", "--config", "" + config);
  }

  /**
   * COLMAP is in the executors' PATH alone. It finds no model, in as many threads as its cores.
   * Before it finds features, executors with GPUs are asked, which only pretend.
   */
  @Test
  @Tag("release")
  void theExecutorsHaveColmapAndTheDriverHasNot() throws Exception {
    Path scenes = folder.resolve("photographs");
    for (int i = 0; i < 2; i++) {
      Path scene = scenes.resolve("town" + i);
      TinyScene.write(scene, 90 + i);
      for (String file : List.of("cameras.txt", "images.txt", "points3D.txt", "")) {
        Files.delete(scene.resolve("sparse/0").resolve(file));
      }
    }
    Path bin = Files.createDirectories(folder.resolve("executors-bin"));
    Path calls = folder.resolve("colmap-calls");
    FakeColmap.write(
        bin.resolve("colmap-of-executors"), "3.8", "echo \"$@\" >> '%s'".formatted(calls));
    Lab.Settings settings =
        new Lab.Settings()
            .spark("spark.executorEnv.PATH", bin + ":/usr/bin:/bin")
            .set("sfm.colmap=colmap-of-executors")
            .set("spark.sfm-executor.cores=2");

    Lab.Driver driver = lab.run("towns", scenes, "towns", settings);

    assertThat(driver.await(SECONDS)).as(driver.output()).isEqualTo(RunSummary.SOME_NOT_DONE);
    assertThat(driver.output()).contains("scene town0 NO_MODEL", "scene town1 NO_MODEL");
    assertThat(Files.readAllLines(calls))
        .filteredOn(call -> call.startsWith("feature_extractor"))
        .hasSize(2)
        .allMatch(call -> call.contains("num_threads 2"));
    Events events = Events.read(lab.events("towns"));
    assertThat(events.tasks(Stage.FEATURES))
        .extracting(Events.Task::scene)
        .contains("town0", "town1");
    assertThat(events.tasks(Stage.FEATURES))
        .allSatisfy(task -> assertThat(events.executor(task).gpus()).hasSize(1));
    assertThat(events.tasks(Stage.SFM))
        .isNotEmpty()
        .allSatisfy(task -> assertThat(events.executor(task).gpus()).isEmpty());
  }
}
