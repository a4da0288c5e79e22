package org.splatline.pipeline.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Encoders;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.pipeline.config.Stage;
import org.splatline.pipeline.spark.SharedSpark;
import org.splatline.pipeline.store.Location;

/** The documented spark-submit line on a real YARN with two node managers and S3. */
@Tag("both-lanes")
@Tag("gate-emr7") // with the other Spark the gate submits to a standalone cluster
@Timeout(value = 10, unit = TimeUnit.MINUTES) // on a busy machine; a case takes two
class YarnIT {
  private static final int SECONDS = 570;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  static Path folder;

  private static Yarn yarn;

  @BeforeAll
  static void start() throws Exception {
    yarn = Yarn.start(folder.resolve("yarn"));
    yarn.uploadScenes(3);
  }

  @AfterAll
  static void stop() {
    if (yarn != null) {
      yarn.close();
    }
  }

  @Test
  void threeScenesEndToEnd() throws Exception {
    yarn.configure("splatline", 60);
    // Executors stay until the run ends: another JVM takes seconds.
    Map<String, String> patient = Map.of("spark.dynamicAllocation.executorIdleTimeout", "60s");
    Yarn.Submission monday = yarn.submit("monday", Yarn.documentedLine(), patient);

    assertThat(monday.await(SECONDS)).as(monday.output()).isZero();
    assertThat(monday.output()).contains("final status: SUCCEEDED");
    Location run = yarn.bucket().at("splatline/runs/monday");
    JsonNode summary = new ObjectMapper().readTree(run.read("SUMMARY.json"));
    assertThat(summary.path("exit_code").asInt(-1)).isZero();
    assertThat(summary.path("application_id").asText()).isEqualTo(monday.applicationId());
    for (int i = 0; i < 3; i++) {
      assertThat(run.exists("scenes/scene%d/RESULT.json".formatted(i))).isTrue();
    }
    Events events = Events.read(yarn.events("monday"));
    assertOnlyTrainingHoldsGpus(events);
    for (Stage stage : EnumSet.of(Stage.INGEST, Stage.SFM, Stage.TRAIN, Stage.PUBLISH)) {
      assertThat(events.tasks(stage)).as(stage.word()).hasSize(3);
    }
    assertThat(events.tasks()).as("jobs of the tables").anyMatch(task -> task.group().isEmpty());
    assertThat(yarn.containerLogs(monday.applicationId()))
        .contains("INFO  RunBatch") // our log settings
        .doesNotContain("ClassNotFoundException", "Executor self-exiting");
  }

  @Test
  void aConfigurationThatIsNotThereFails() throws Exception {
    Yarn.Submission bad = yarn.submit("none", Map.of("spark.yarn.maxAppAttempts", "1"));

    assertThat(bad.await(SECONDS)).as(bad.output()).isEqualTo(1);
    assertThat(bad.output())
        .contains("final status: FAILED")
        .contains("Cannot read configuration s3://bucket/conf/none.yaml: the file does not exist")
        .doesNotContain("User did not initialize spark context");
  }

  @Test
  @Tag("release")
  void aKilledDriverIsStartedAgainAndNothingIsDoubled() throws Exception {
    yarn.configure("driver", 1500);
    Yarn.Submission run = yarn.submit("driver", Map.of());
    awaitCheckpoint("driver", run);

    kill(yarn.containers(run.applicationId(), "yarn.ApplicationMaster"));

    assertThat(run.await(SECONDS)).as(run.output()).isZero();
    assertThat(yarn.containerLogs(run.applicationId()))
        .as("a second attempt")
        .contains("_02_000001/stderr");
    assertDone("driver");
  }

  @Test
  @Tag("release")
  void aKilledExecutorsSceneIsTrainedElsewhere() throws Exception {
    yarn.configure("executor", 1500);
    Yarn.Submission run = yarn.submit("executor", Map.of());
    awaitCheckpoint("executor", run);

    kill(
        yarn.containers(run.applicationId(), "--resourceProfileId").stream()
            .filter(process -> !Yarn.commandLine(process).contains("--resourceProfileId 0"))
            .toList());

    assertThat(run.await(SECONDS)).as(run.output()).isZero();
    assertDone("executor");
  }

  /** Without isolation each container sees the GPU 0 of its host. */
  @Test
  @Tag("release")
  void twoExecutorsWithOneGpuAreBothNamed() throws Exception {
    yarn.configure("lease", 1500);
    Map<String, String> oneHost =
        Map.of(
            "spark.executor.extraJavaOptions",
            "-Dsplatline.gpu-locks=" + yarn.folder().resolve("locks"));

    Yarn.Submission run = yarn.submit("lease", oneHost);

    assertThat(run.await(SECONDS)).as(run.output()).isZero(); // code 2 is no failure to YARN
    String executor = "application %s, executor \\d+ on \\S+".formatted(run.applicationId());
    assertThat(yarn.containerLogs(run.applicationId()))
        .containsPattern("address-0.*" + executor + ".*" + executor);
  }

  @Test
  @Tag("release")
  void aBrokenDiscoveryEndsTheApplication() throws Exception {
    yarn.configure("discovery", 60);
    Map<String, String> broken =
        Map.of(
            "spark.executorEnv.PATH", "/usr/bin:/bin", // without nvidia-smi
            "spark.executor.maxNumFailures", "2",
            "spark.yarn.maxAppAttempts", "1");

    Yarn.Submission run = yarn.submit("discovery", broken);

    assertThat(run.await(SECONDS)).as(run.output()).isEqualTo(1);
    assertThat(run.output())
        .contains("final status: FAILED", "Max number of executor failures (2) reached");
    assertThat(yarn.containerLogs(run.applicationId()))
        .contains("Resource: gpu, with addresses:  is less than what the user requested: 1");
  }

  /**
   * A scene that is done has its row although the only slot for COLMAP is taken. COLMAP comes with
   * spark.archives and reconstructs photographs.
   */
  @Test
  @Tag("release")
  void rowsAreCommittedWhileColmapHoldsEverySlot() throws Exception {
    Path started = yarn.folder().resolve("colmap-started");
    Path go = yarn.folder().resolve("colmap-goes-on");
    Path tools = yarn.archiveOfColmap(started, go);
    yarn.uploadPhotographs("town");
    yarn.put(
        "slow.jsonl",
        """
        {"id": "scene0", "source": "uploads/scene0", "priority": "high"}
        {"id": "town", "source": "uploads/town"}
        """);
    yarn.configure("slow", 60);
    List<String> line = new ArrayList<>(Yarn.line("slow"));
    for (String setting :
        List.of(
            "input.path=s3://bucket/slow.jsonl",
            "spark.parallel-scenes=1",
            "sfm.max-features=1000",
            "sfm.min-images=5")) {
      line.addAll(List.of("--set", setting));
    }
    Map<String, String> archive =
        Map.of(
            "spark.archives", tools + "#tools",
            "spark.executorEnv.PATH", "{{PWD}}/tools/bin:" + yarn.path());

    Yarn.Submission run = yarn.submit("slow", line, archive);
    Yarn.await("COLMAP", SECONDS, () -> Files.exists(started), run.process(), run.log());
    Yarn.await(
        "a committed row",
        SECONDS,
        () ->
            yarn.bucket().exists("slow/runs/slow/scenes/scene0/RESULT.json")
                && yarn.bucket()
                    .exists("slow/tables/scene_runs/_delta_log/00000000000000000001.json"),
        run.process(),
        run.log());
    assertThat(published("slow")).containsExactly("scene0");

    Files.createFile(go);
    assertThat(run.await(SECONDS)).as(run.output()).isZero();
    assertThat(published("slow")).containsExactlyInAnyOrder("scene0", "town");
    assertThat(yarn.bucket().exists("slow/results/town/cameras/points3D.bin")).isTrue();
    assertOnlyTrainingHoldsGpus(Events.read(yarn.events("slow")));
  }

  private static void assertOnlyTrainingHoldsGpus(Events events) {
    assertThat(events.tasks())
        .allSatisfy(
            task ->
                assertThat(events.executor(task).gpus())
                    .isEqualTo(
                        task.isOf(Stage.FEATURES)
                                || task.isOf(Stage.TRAIN)
                                || task.isOf(Stage.EVALUATE)
                            ? List.of("0")
                            : List.of()));
  }

  private static void awaitCheckpoint(String store, Yarn.Submission run) throws Exception {
    Yarn.await(
        "a checkpoint",
        SECONDS,
        () -> !yarn.bucket().at(store + "/checkpoints").folders().isEmpty(),
        run.process(),
        run.log());
  }

  private static void kill(List<ProcessHandle> processes) {
    assertThat(processes).isNotEmpty();
    processes.forEach(ProcessHandle::destroyForcibly);
  }

  /** Each of the three scenes has one result and one published row. */
  private static void assertDone(String run) {
    for (int i = 0; i < 3; i++) {
      assertThat(
              yarn.bucket().exists("%s/runs/%s/scenes/scene%d/RESULT.json".formatted(run, run, i)))
          .isTrue();
    }
    assertThat(published(run)).containsExactlyInAnyOrder("scene0", "scene1", "scene2");
  }

  /** The scenes of the published rows. */
  private static List<String> published(String run) {
    return SharedSpark.session()
        .read()
        .options(yarn.hadoopSettings())
        .format("delta")
        .load("s3a://bucket/%s/tables/scene_runs".formatted(run))
        .where("published")
        .select("scene_id")
        .as(Encoders.STRING())
        .collectAsList();
  }
}
