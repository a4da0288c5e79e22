package org.splatline.pipeline.run;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.pipeline.OddNames;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.demo.LocalS3;
import org.splatline.pipeline.notify.Notifications;
import org.splatline.pipeline.report.RunRows;
import org.splatline.pipeline.site.ResultPage;
import org.splatline.pipeline.site.SiteWriter;
import org.splatline.pipeline.spark.SharedSpark;
import org.splatline.pipeline.spark.SparkSessions;
import org.splatline.pipeline.store.Artifact;
import org.splatline.pipeline.store.FaultProxy;
import org.splatline.pipeline.store.FaultProxy.Fault;
import org.splatline.pipeline.store.Json;
import org.splatline.pipeline.store.Location;
import org.splatline.pipeline.store.Place;
import org.splatline.pipeline.store.RunFolder;
import org.splatline.pipeline.store.Store;
import org.splatline.pipeline.store.StoredFile;
import org.splatline.pipeline.table.CommitRetry;
import org.splatline.pipeline.table.Committer;
import org.splatline.pipeline.table.Group;
import org.splatline.pipeline.table.SceneRunRow;
import org.splatline.pipeline.table.Table;
import org.splatline.pipeline.table.Tables;

/** A run with photographs, store and tables on S3. */
@Tag("both-lanes")
@Tag("gate-spark4") // on YARN and in the demo, the other Spark runs on S3 as well
class RunBatchS3IT {
  private static final String SCENE = OddNames.NAME;

  /** Part of each secret that the configuration has. */
  private static final String PLANTED = "planted-";

  @TempDir Path folder;
  @TempDir Path given;
  private final ByteArrayOutputStream console = new ByteArrayOutputStream();

  @Test
  void fromS3ToS3() throws IOException {
    Path jar = Path.of(System.getProperty("splatline.s3proxy.jar", "absent"));
    assumeTrue(Files.isRegularFile(jar), "no S3Proxy: splatline.s3proxy.jar is " + jar);
    SharedSpark.session().stop(); // its S3 settings differ
    try (LocalS3 s3 = LocalS3.start(jar, folder.resolve(SCENE), "run-batch-it");
        FaultProxy proxy = FaultProxy.start(s3.endpoint(), 1)) {
      PipelineConfig config = config(s3, proxy);
      Configuration hadoop = SparkSessions.hadoop(config.spark());
      TinyScene.write(folder.resolve("garden"), 0, SCENE);
      Location.open(input(s3), hadoop).at(SCENE).upload(folder.resolve("garden"), "");
      RunBatch.check("monday", config, hadoop);
      SparkSession spark = SparkSessions.open(config.spark(), "s3");
      try {
        PrintStream out = new PrintStream(console, true, UTF_8);
        assertThat(new RunBatch(spark, "monday", config, out).run().exitCode()).isZero();
        RunSummary again = new RunBatch(spark, "monday", config, out).run();
        assertThat(again.exitCode()).isZero();
        new Notifications(config.notifications()).send(again.notice(), out);

        Location result = Location.open(store(s3), hadoop).at("runs/monday/scenes").at(SCENE);
        assertThat(result.exists("RESULT.json")).isTrue();
        assertThat(Artifact.modelOf(result.at("attempts/1"), hadoop).files())
            .extracting(StoredFile::path)
            .contains("model.ply");
        assertThat(Location.open(store(s3), hadoop).at("results").at(SCENE).files())
            .extracting(StoredFile::path)
            .contains("model.ply", "metrics.json", "preview.jpg", "cameras/images.bin");
        if (ResultPage.isBuilt()) {
          assertPage(s3, hadoop);
        }
        Tables tables = new Tables(spark, Location.open(config.tablesPlace(), hadoop).uri());
        assertThat(tables.rows(Tables.SCENE_RUNS).where("verdict = 'OK'").count()).isOne();
        assertThat(tables.rows(Tables.RUNS).select("config_json").first().getString(0))
            .doesNotContain("secret");
        if (ResultPage.isBuilt()) {
          assertReport(s3, hadoop, RunRows.read(tables, "monday"), store(s3));
        }
        noSecretIsLeft(tables);
        commitsOutlastRefusalsAndAnAlter(
            spark, proxy, tables, Store.open(config.storePlace(), hadoop));
      } finally {
        spark.stop();
      }
    }
  }

  /** A browser shows it: other types are downloaded. */
  private static void assertPage(LocalS3 s3, Configuration hadoop) throws IOException {
    org.apache.hadoop.fs.Path page =
        Location.open(store(s3), hadoop).at("results").at(SCENE).at("index.html").place().path();
    assertThat(new String(page.getFileSystem(hadoop).getXAttr(page, "header.Content-Type"), UTF_8))
        .startsWith("text/html");
  }

  /** The scene twelve times, more than are written at once. */
  private static void assertReport(LocalS3 s3, Configuration hadoop, RunRows run, String store) {
    List<SceneRunRow> rows = Collections.nCopies(12, run.scenes().get(0));
    List<String> lines = new ArrayList<>();
    Location site = Location.open(s3.uri("site"), hadoop);
    new SiteWriter(new RunRows(run.run(), rows, Map.of()), Place.parse(store), hadoop)
        .write(site, Optional.empty(), lines::add);
    assertThat(lines).hasSize(12).last().isEqualTo("12 of 12 scenes written");
    JsonNode data = Json.read(site.read("run.json"), JsonNode.class);
    assertThat(data.path("scenes")).hasSize(12);
    Location scene = site.at("scenes").at(data.at("/scenes/0/folder").asText());
    Location results = Location.open(store, hadoop).at("results").at(SCENE);
    assertThat(scene.files())
        .extracting(StoredFile::path)
        .containsExactlyElementsOf(results.files().stream().map(StoredFile::path).toList());
    assertThat(scene.read("model.ply")).isEqualTo(results.read("model.ply"));
  }

  /** In all files, with the event log, in the log, on the console and in the tables. */
  private void noSecretIsLeft(Tables tables) throws IOException {
    assertThat(console.toString(UTF_8))
        .contains("Cannot notify webhook at 127.0.0.1")
        .doesNotContain(PLANTED);
    for (Table<?> table : Tables.all()) {
      assertThat(tables.rows(table).toJSON().collectAsList())
          .as(table.name())
          .noneMatch(row -> row.contains(PLANTED));
    }
    List<Path> files = new ArrayList<>();
    try (Stream<Path> all = Files.walk(folder)) {
      all.filter(Files::isRegularFile).forEach(files::add);
    }
    assertThat(files).anyMatch(file -> file.toString().contains("SUMMARY.json"));
    assertThat(files).anyMatch(file -> file.startsWith(folder.resolve("events")));
    if (ResultPage.isBuilt()) {
      for (String pages : List.of("/results/", "/site/")) {
        assertThat(files)
            .map(Path::toString)
            .anyMatch(file -> file.contains(pages) && file.endsWith("/index.html"));
      }
    }
    String log = System.getProperty("splatline.log");
    if (log != null) {
      files.add(Path.of(log));
    }
    for (Path file : files) {
      assertThat(Files.readString(file, ISO_8859_1)).as(file.toString()).doesNotContain(PLANTED);
    }
  }

  private static String input(LocalS3 s3) {
    return s3.uri("photographs of " + OddNames.NAME);
  }

  /** Most people and tools write {@code s3}. */
  private static String store(LocalS3 s3) {
    return s3.uri("store of " + OddNames.NAME).replaceFirst("s3a", "s3");
  }

  /** S3 answers 503 until the first try has failed; then the table is altered during the second. */
  private static void commitsOutlastRefusalsAndAnAlter(
      SparkSession spark, FaultProxy proxy, Tables tables, Store store) {
    String monday = new String(store.run("monday").result(SCENE).orElseThrow(), UTF_8);
    Group rows =
        Json.read(monday.replace("\"monday\"", "\"tuesday\"").getBytes(UTF_8), Group.class);
    RunFolder run = store.run("tuesday");
    List<Integer> failures = new ArrayList<>();
    CommitRetry retry =
        new CommitRetry(
            3,
            failed -> {
              failures.add(failed);
              proxy.harm(Map.of());
              if (failed == 1) {
                alterDuringTheNextCommit(spark, proxy, tables);
              }
            });
    Committer committer = Committer.open(run, "tuesday", tables, retry);
    proxy.harm(Map.of(Fault.SLOW_DOWN, 1.0));

    committer.commit(rows);

    assertThat(proxy.injected(Fault.SLOW_DOWN)).isPositive();
    assertThat(failures).as("a refusal, then an altered table").containsExactly(1, 2);
    assertThat(tables.rows(Tables.SCENE_RUNS).where("run_id = 'tuesday'").count()).isOne();
    assertThat(tables.rows(Tables.MODELS).where("run_id = 'tuesday'").count()).isOne();
    assertThat(run.group(2)).isEmpty();
  }

  /** Delta puts a commit under the next version's number: here, the other driver is faster. */
  private static void alterDuringTheNextCommit(
      SparkSession spark, FaultProxy proxy, Tables tables) {
    proxy.beforeNextPut(
        "/tables/scene_runs/_delta_log/%020d.json "
            .formatted(tables.versions().get("scene_runs") + 1),
        () ->
            spark
                .newSession()
                .sql(
                    "ALTER TABLE delta.`%s` SET TBLPROPERTIES ('altered' = 'meanwhile')"
                        .formatted(tables.uri(Tables.SCENE_RUNS))));
  }

  /** With secrets wherever they may be given, and with what conf/spark-gpu.conf protects. */
  private PipelineConfig config(LocalS3 s3, FaultProxy proxy) throws IOException {
    Path file =
        Files.writeString(
            given.resolve("splatline.yaml"),
            """
            notify: {webhook: "http://user:%1$spassword@127.0.0.1:1/%1$spath"}
            spark:
              conf:
                spark.hadoop.fs.s3a.bucket.other.access.key: %1$saccess
                spark.hadoop.fs.s3a.bucket.other.secret.key: %1$ssecret
                spark.hadoop.fs.s3a.session.token: %1$stoken
                spark.ssl.keyPassword: %1$skey
                spark.eventLog.enabled: "true"
                spark.eventLog.compress: "false"
                spark.eventLog.dir: "%2$s"
            """
                .formatted(PLANTED, Files.createDirectory(folder.resolve("events")).toUri()));
    List<String> settings = new ArrayList<>();
    protection().forEach((key, value) -> settings.add("spark.conf." + key + "=" + value));
    settings.add("input.path=" + input(s3));
    settings.add("store.path=" + store(s3));
    settings.add("train.steps=5");
    settings.add("export.formats=[ply]");
    settings.add("spark.master=local[2]");
    s3.sparkSettings().forEach((key, value) -> settings.add("spark.conf." + key + "=" + value));
    Map.of(
            "endpoint", proxy.endpoint().toString(),
            "attempts.maximum", "1",
            "retry.limit", "2",
            "retry.interval", "10ms",
            "retry.throttle.limit", "2",
            "retry.throttle.interval", "10ms")
        .forEach(
            (key, value) -> settings.add("spark.conf.spark.hadoop.fs.s3a." + key + "=" + value));
    return PipelineConfig.of(
        ConfigurationReader.withDefaultProfile("vanilla")
            .file(file)
            .environment(Map.of("SPLATLINE_NOTIFY_WEBHOOK_SECRET", PLANTED + "environment"))
            .settings(settings)
            .read());
  }

  private static Map<String, String> protection() throws IOException {
    Properties all = new Properties();
    try (Reader file = Files.newBufferedReader(Path.of("..", "conf", "spark-gpu.conf"))) {
      all.load(file);
    }
    Map<String, String> protection = new TreeMap<>();
    for (String key :
        List.of(
            "spark.authenticate",
            "spark.network.crypto.enabled",
            "spark.io.encryption.enabled",
            "spark.acls.enable",
            "spark.ui.killEnabled")) {
      protection.put(key, all.getProperty(key).strip());
    }
    assertThat(protection.remove("spark.ui.killEnabled")).isEqualTo("false");
    assertThat(protection.values()).containsOnly("true");
    return protection;
  }
}
