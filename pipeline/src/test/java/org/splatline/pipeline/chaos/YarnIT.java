package org.splatline.pipeline.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
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
    Yarn.Submission monday = yarn.submit("monday", Yarn.documentedLine(), Map.of());

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
    for (Stage stage : EnumSet.allOf(Stage.class)) {
      boolean trains = stage == Stage.TRAIN || stage == Stage.EVALUATE;
      assertThat(events.tasks(stage))
          .as(stage.word())
          .allSatisfy(
              task ->
                  assertThat(events.executor(task).gpus())
                      .isEqualTo(trains ? List.of("0") : List.of()));
    }
    assertThat(events.tasks(Stage.TRAIN)).hasSize(3);
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
    List<String> rows =
        SharedSpark.session()
            .read()
            .options(yarn.hadoopSettings())
            .format("delta")
            .load("s3a://bucket/%s/tables/scene_runs".formatted(run))
            .where("published")
            .select("scene_id")
            .as(Encoders.STRING())
            .collectAsList();
    assertThat(rows).containsExactlyInAnyOrder("scene0", "scene1", "scene2");
  }
}
