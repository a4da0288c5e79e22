package org.splatline.pipeline.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.pipeline.run.RunSummary;
import org.splatline.pipeline.run.TinyScene;
import org.splatline.pipeline.store.Json;
import org.splatline.pipeline.store.RunFolder;
import org.splatline.pipeline.store.RunLease;
import org.splatline.pipeline.store.Store;

/** Ends of {@code run} before Spark has started, as whoever waits for them sees them. */
class EndsIT {
  private static final List<String> CLUSTER =
      List.of("spark.submit.deployMode", "spark.kubernetes.submitInDriver", "spark.yarn.app.id");

  @TempDir Path folder;
  private final List<String> notices = new CopyOnWriteArrayList<>();
  private HttpServer webhook;

  @BeforeEach
  void startWebhook() throws IOException {
    webhook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    webhook.createContext(
        "/",
        exchange -> {
          notices.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    webhook.start();
    TinyScene.writeBroken(folder.resolve("scenes/broken"));
  }

  @AfterEach
  void stop() {
    webhook.stop(0);
    CLUSTER.forEach(System::clearProperty);
  }

  private String[] run(String... more) {
    return Stream.concat(
            Stream.of("run", "--run-id", "monday", "--config", config().toString()),
            Stream.concat(
                    Stream.of(
                        "input.path=" + folder.resolve("scenes"),
                        "store.path=" + folder.resolve("store"),
                        "notify.on=failure"),
                    Stream.of(more))
                .flatMap(setting -> Stream.of("--set", setting)))
        .toArray(String[]::new);
  }

  private Path config() {
    String yaml =
        "notify: {webhook: 'http://127.0.0.1:%d'}%n".formatted(webhook.getAddress().getPort());
    try {
      return Files.writeString(folder.resolve("notify.yaml"), yaml);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private RunFolder folder() {
    return Store.open(folder.resolve("store").toString(), new Configuration()).run("monday");
  }

  private RunSummary summary() {
    return Json.read(folder().summary().orElseThrow(), RunSummary.class);
  }

  private static void inYarn() {
    System.setProperty("spark.submit.deployMode", "cluster");
    System.setProperty("spark.yarn.app.id", "application_1_0007");
  }

  @Test
  void aClusterIsToldThatABadConfigurationFailed() {
    inYarn();
    assertThatThrownBy(() -> Splatline.main(run("spark.parallel-scenes=0")))
        .hasMessageContaining("Splatline ended with exit code 64, wrong usage. ")
        .hasMessageContaining("Invalid spark.parallel-scenes: 0");
    System.clearProperty("spark.submit.deployMode");
    System.setProperty("spark.kubernetes.submitInDriver", "true");
    assertThatThrownBy(() -> Splatline.main(new String[] {"rnu"})).hasMessageContaining("64");
  }

  @Test
  void aClusterIsToldThatWhatWasAskedForIsDone() {
    inYarn();
    Splatline.main(new String[] {"schema", "--format", "sql"}); // returns
    assertThat(ClusterDriver.isHere()).isTrue();
  }

  @Test
  void whoWaitsInAClusterFindsTheSummaryOfAWrongStart() {
    inYarn();
    assertThatThrownBy(() -> Splatline.main(run("input.scenes=garden")))
        .hasMessageContaining("exit code 64");
    assertThat(summary())
        .returns("application_1_0007", RunSummary::applicationId)
        .returns(64, RunSummary::exitCode);
    assertThat(summary().stoppedBecause()).contains("Cannot find scene garden");
    assertThat(notices).singleElement().asString().contains("\"exit_code\" : 64");
  }

  @Test
  void aWrongStartAtATerminalChangesNothing() {
    CommandResult.of(run("input.scenes=garden")).assertRefused("Cannot find scene garden");
    assertThat(folder().exists()).isFalse();
    assertThat(notices).isEmpty();
  }

  /** A file is where the folder of leases should be, so that the run can't be taken. */
  @Test
  void anInternalErrorIsTold() throws IOException {
    Files.createDirectories(folder.resolve("store/runs/monday"));
    Files.createFile(folder.resolve("store/runs/monday/lease"));
    assertThat(CommandResult.of(run()).code()).isEqualTo(70);
    assertThat(summary().exitCode()).isEqualTo(70);
    assertThat(summary().stoppedBecause()).contains("lease");
    assertThat(notices).singleElement().asString().contains("\"exit_code\" : 70");
    inYarn();
    assertThatThrownBy(() -> Splatline.main(run())).hasMessageContaining("70, an internal error");
  }

  @Test
  void aSecondDriverIsRefusedAndLeavesTheFirstOnesFiles() {
    inYarn();
    try (RunLease first = RunLease.take(folder(), "monday")) {
      assertThat(first).isNotNull();
      CommandResult.of(run())
          .assertRefused("Cannot start run monday: another driver is at work on it: pid ");
      assertThat(folder().summary()).isEmpty();
    }
  }

  @Test
  void aSignalBeforeSparkHasStartedStopsWhatComesLater() {
    try (StopSignal signal = StopSignal.open()) {
      assertThat(signal.hasArrived()).isFalse();
      signal.arrive();
      signal.onArrival(() -> notices.add("stopped"));
    }
    assertThat(notices).containsExactly("stopped");
  }
}
