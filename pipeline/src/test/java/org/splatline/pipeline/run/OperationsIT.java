package org.splatline.pipeline.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.config.ConfigException;
import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.run.RunStatus.SceneState;
import org.splatline.pipeline.run.RunStatus.State;
import org.splatline.pipeline.spark.SharedSpark;
import org.splatline.pipeline.store.Json;
import org.splatline.pipeline.store.RunFolder;
import org.splatline.pipeline.store.Store;
import org.splatline.pipeline.table.TableTemplate;

/** A run as seen and controlled from outside its driver. */
class OperationsIT {
  @TempDir Path folder;

  private Store store() {
    return Store.open(folder.resolve("store").toString(), new Configuration());
  }

  @Test
  void aReopenedSceneIsTriedAgainAndKeepsItsFirstResult() throws IOException {
    TinyScene.writeBroken(folder.resolve("scenes/broken"));
    TableTemplate.emptyBelow(folder.resolve("store"));
    run();
    RunFolder run = store().run("monday");
    RunView view = RunView.read(store(), "monday");
    assertThat(view.exitCode()).isEqualTo(2);
    assertThat(view.status().scenes())
        .extracting(SceneState::sceneId, SceneState::state, SceneState::attempt)
        .containsExactly(tuple("broken", State.NOT_DONE, 1));

    assertThat(run.reopen("broken", 1)).isTrue();
    assertThat(run.reopen("broken", 1)).isFalse();
    assertThat(run.attempt("broken", 1).exists("RESULT.json")).isTrue();
    RunSummary again = run();

    assertThat(again.scenes().get(0).attempt()).isEqualTo(2);
    assertThat(run.result("broken")).isPresent();
    assertThatThrownBy(() -> RunView.read(store(), "munday"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("nearest: monday");
  }

  private RunSummary run() {
    PipelineConfig config =
        PipelineConfig.of(
            ConfigurationReader.withDefaultProfile("vanilla")
                .settings(
                    List.of(
                        "input.path=" + folder.resolve("scenes"),
                        "store.path=" + folder.resolve("store")))
                .read());
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, UTF_8);
    return new RunBatch(SharedSpark.session(), "monday", config, nowhere).run();
  }

  @Test
  void aSilentDriverCountsAsGone() {
    RunFolder run = store().run("silent");
    Instant now = Instant.now();
    RunStatus status =
        new RunStatus(1, "silent", now, now, null, "", List.of(SceneState.running("garden", 1)));
    run.writeStatus(Json.write(status));
    assertThat(Json.read(run.status().orElseThrow(), RunStatus.class)).isEqualTo(status);
    assertThat(RunView.read(run, "silent", now.plusSeconds(59)).driverGone()).isFalse();
    assertThat(RunView.read(run, "silent", now.plusSeconds(61)).driverGone()).isTrue();
  }

  @Test
  void anEarlierDriversSummaryIsNotThisOnes() {
    RunFolder run = store().run("resumed");
    Instant now = Instant.now();
    RunStatus.Driver driver = new RunStatus.Driver("host", 1, "application_2");
    run.writeStatus(Json.write(new RunStatus(1, "resumed", now, now, driver, "", List.of())));
    run.writeSummary(Json.write(summary("application_1")));
    assertThat(RunView.read(run, "resumed", now).exitCode()).isNull();
    run.writeSummary(Json.write(summary("application_2")));
    assertThat(RunView.read(run, "resumed", now).exitCode()).isEqualTo(2);
  }

  private static RunSummary summary(String applicationId) {
    return new RunSummary(
        1,
        "resumed",
        applicationId,
        2,
        null,
        null,
        1,
        "store",
        "results",
        "tables",
        List.of(),
        List.of());
  }

  @Test
  void aSceneThatWaitsForItsNextAttemptWaits() {
    RunFolder run = store().run("again");
    assertThat(run.startAttempt("garden")).isEqualTo(1);
    Instant now = Instant.now();
    run.writeStatus(
        Json.write(
            new RunStatus(1, "again", now, now, null, "", List.of(SceneState.waiting("garden")))));
    assertThat(RunView.read(run, "again", now).status().scenes())
        .extracting(SceneState::state)
        .containsExactly(State.WAITING);
  }

  @Test
  void eachRequestIsPassedOnOnce() throws InterruptedException {
    RunFolder run = store().run("watched");
    BlockingQueue<Set<String>> received = new LinkedBlockingQueue<>();
    CancelWatch.Listener listener =
        new CancelWatch.Listener() {
          @Override
          public void onCancelAll() {
            received.add(Set.of());
          }

          @Override
          public void onCancel(Set<String> scenes) {
            received.add(scenes);
          }
        };
    try (CancelWatch watch = CancelWatch.start(run, Duration.ofMillis(20), listener)) {
      assertThat(watch).isNotNull();
      run.requestCancel("garden");
      assertThat(received.poll(10, TimeUnit.SECONDS)).containsExactly("garden");
      run.requestCancel();
      assertThat(received.poll(10, TimeUnit.SECONDS)).isEmpty();
      assertThat(received.poll(200, TimeUnit.MILLISECONDS)).isNull();
    }
  }
}
