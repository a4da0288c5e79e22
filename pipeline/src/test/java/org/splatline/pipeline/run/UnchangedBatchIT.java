package org.splatline.pipeline.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.demo.LocalS3;
import org.splatline.pipeline.emr.EmrTemplates;
import org.splatline.pipeline.spark.SharedSpark;
import org.splatline.pipeline.spark.SparkSessions;
import org.splatline.pipeline.store.FaultProxy;
import org.splatline.pipeline.store.FaultProxy.Fault;
import org.splatline.pipeline.store.Location;
import org.splatline.pipeline.store.S3Action;

/**
 * What an unchanged batch costs on S3, and what it must be allowed. {@code
 * -Dsplatline.unchanged.scenes=20} uses twenty scenes.
 */
class UnchangedBatchIT {
  private static final int SCENES = Integer.getInteger("splatline.unchanged.scenes", 3);
  private static final int MOST_REQUESTS = 250; // for the tables and the run
  private static final int MOST_REQUESTS_PER_SCENE = 10; // plus these for each scene

  @TempDir Path folder;
  private final Queue<String> jobs = new ConcurrentLinkedQueue<>();

  private final class Jobs extends SparkListener {
    @Override
    public void onJobStart(SparkListenerJobStart job) {
      String group = job.properties().getProperty("spark.jobGroup.id");
      if (group != null
          && group.contains("/")) { // run/scene/stage; the tables' jobs have other groups
        jobs.add(group);
      }
    }
  }

  @Test
  void startsNoJobAndSendsFewRequests() throws IOException {
    Path jar = Path.of(System.getProperty("splatline.s3proxy.jar", "absent"));
    assumeTrue(Files.isRegularFile(jar), "no S3Proxy: splatline.s3proxy.jar is " + jar);
    SharedSpark.session().stop(); // its S3 settings differ
    try (LocalS3 s3 = LocalS3.start(jar, folder, "unchanged-it");
        FaultProxy counting = FaultProxy.start(s3.endpoint(), 1)) {
      PipelineConfig config = config(s3, counting);
      Configuration hadoop = SparkSessions.hadoop(config.spark());
      for (int i = 0; i < SCENES; i++) {
        Path scene = folder.resolve("scenes/scene%02d".formatted(i));
        TinyScene.write(scene, i);
      }
      Location.open(s3.uri("photographs"), hadoop).upload(folder.resolve("scenes"), "");
      counting.takeActions();
      SparkSession spark = SparkSessions.open(config.spark(), "unchanged");
      try {
        spark.sparkContext().addSparkListener(new Jobs());
        run(spark, "monday", config, counting);
        assertThat(jobs).hasSize(4 * SCENES);
        jobs.clear();

        int requests = run(spark, "monday", config, counting);

        assertThat(jobs).isEmpty();
        assertThat(requests).isLessThan(MOST_REQUESTS + MOST_REQUESTS_PER_SCENE * SCENES);
        anUploadInPartsFails(counting, Location.open(s3.uri("store"), hadoop));
        assertGranted(counting.takeActions());
      } finally {
        spark.stop();
      }
    }
  }

  /** S3 refuses all from the second part on, so the upload is given up. */
  private void anUploadInPartsFails(FaultProxy proxy, Location store) throws IOException {
    Path file = Files.write(folder.resolve("large"), new byte[11 << 20]);
    proxy.beforeNextPut("partNumber=2", () -> proxy.harm(Map.of(Fault.SLOW_DOWN, 1.0)));
    assertThatThrownBy(() -> store.uploadFile(file, "artifacts/large"))
        .isInstanceOf(UncheckedIOException.class);
    proxy.harm(Map.of());
  }

  /**
   * The job role of conf/emr/base.yaml grants what was asked of S3 and nothing else: on this
   * machine, with a proxy that records requests, not by AWS. What a node does beside a run (fetch a
   * release, write logs) is in statements of its own, and so is what S3 asks of KMS for it.
   */
  private static void assertGranted(Set<S3Action> asked) throws IOException {
    Map<String, Set<String>> granted = new TreeMap<>();
    for (JsonNode statement : EmrTemplates.statements("NodeRole")) {
      granted.put(statement.path("Sid").asText(), EmrTemplates.actions(statement));
    }
    Map<String, Set<String>> used = new TreeMap<>();
    for (S3Action action : asked) {
      used.computeIfAbsent(place(action), place -> new TreeSet<>()).add(action.name());
    }
    granted
        .keySet()
        .removeAll(
            Set.of(
                "Release",
                "Logs",
                "EmrPrograms",
                "StoreAndDisks",
                "PhotographsKey",
                "Topic",
                "WebhookSecret"));
    assertThat(granted).isEqualTo(used);
  }

  private static String place(S3Action action) {
    if (action.name().equals("s3:ListBucket")) {
      return "ListBuckets";
    }
    if (action.key().startsWith("photographs/")) {
      return "Photographs";
    }
    if (action.key().equals("_delta_log")) {
      return "NoTableAbove";
    }
    return action.key().isEmpty() || action.key().startsWith("store/")
        ? "Store"
        : "elsewhere: " + action.key();
  }

  private static int run(
      SparkSession spark, String runId, PipelineConfig config, FaultProxy counting) {
    int before = counting.requests();
    long start = System.nanoTime();
    RunSummary summary =
        new RunBatch(spark, runId, config, new PrintStream(OutputStream.nullOutputStream())).run();
    assertThat(summary.exitCode()).isZero();
    assertThat(summary.scenesOk()).isEqualTo(SCENES);
    int requests = counting.requests() - before;
    System.out.printf(
        Locale.ROOT,
        "run %s: %d scenes, %.1f s, %d requests of S3%n",
        runId,
        SCENES,
        (System.nanoTime() - start) / 1e9,
        requests);
    return requests;
  }

  private static PipelineConfig config(LocalS3 s3, FaultProxy counting) {
    List<String> settings = new ArrayList<>();
    settings.add("input.path=" + s3.uri("photographs"));
    settings.add("store.path=" + s3.uri("store"));
    settings.add("train.steps=1");
    settings.add("spark.master=local[2]");
    settings.add("spark.parallel-scenes=8");
    s3.sparkSettings().forEach((key, value) -> settings.add("spark.conf." + key + "=" + value));
    Map.of(
            "endpoint", counting.endpoint().toString(),
            "multipart.size", "5M",
            "multipart.threshold", "5M",
            "attempts.maximum", "1",
            "retry.throttle.limit", "2",
            "retry.throttle.interval", "10ms")
        .forEach(
            (key, value) -> settings.add("spark.conf.spark.hadoop.fs.s3a." + key + "=" + value));
    return PipelineConfig.of(
        ConfigurationReader.withDefaultProfile("vanilla").settings(settings).read());
  }
}
