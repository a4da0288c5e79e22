package org.splatline.pipeline.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.gpu.sfm.FakeColmap;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.site.ResultPage;
import org.splatline.pipeline.spark.SharedSpark;
import org.splatline.pipeline.spark.SparkJvm;
import org.splatline.pipeline.store.Json;
import org.splatline.pipeline.store.RunFolder;
import org.splatline.pipeline.store.Store;
import org.splatline.pipeline.table.CommitRetry;
import org.splatline.pipeline.table.Group;
import org.splatline.pipeline.table.ModelRow;
import org.splatline.pipeline.table.RunRow;
import org.splatline.pipeline.table.SceneRunRow;
import org.splatline.pipeline.table.SfmAttemptRow;
import org.splatline.pipeline.table.Table;
import org.splatline.pipeline.table.TableTemplate;
import org.splatline.pipeline.table.Tables;
import org.splatline.pipeline.table.TrainingCurveRow;
import org.splatline.pipeline.table.ViewMetricsRow;

/** Whole runs on local files, with the real trainer. */
class RunBatchIT {
  private static final int STEPS = 20;

  @TempDir static Path folder;
  private static Path scenes;

  @BeforeAll
  static void writeScenes() throws IOException {
    scenes = folder.resolve("scenes");
    TinyScene.write(scenes.resolve("garden"));
    TinyScene.write(scenes.resolve("street"));
    TinyScene.writeBroken(scenes.resolve("broken"));
  }

  @Test
  @Tag("both-lanes")
  void threeScenesOneBroken() throws IOException {
    PipelineConfig config = config("three");

    RunSummary first = run(config, "monday");

    assertThat(first.exitCode()).isEqualTo(2);
    assertThat(first.scenes())
        .extracting(SceneRunRow::sceneId)
        .containsExactly("broken", "garden", "street");
    assertThat(first.scenesOk()).isEqualTo(2);
    assertRows(config);
    assertFiles(config);

    RunSummary again = run(config, "monday");

    assertThat(again.exitCode()).isEqualTo(2);
    assertThat(again.scenes()).isEqualTo(first.scenes());
    assertRows(config);
  }

  private static void assertRows(PipelineConfig config) {
    List<RunRow> runs = rows(config, Tables.RUNS);
    assertThat(runs).hasSize(1);
    assertThat(runs.get(0))
        .returns(1, RunRow::attempt)
        .returns(3, row -> row.counts().scenes())
        .returns(2, row -> row.counts().scenesOk())
        .returns(1, row -> row.counts().scenesNotDone())
        .returns(2, row -> row.ending().exitCode())
        .returns(application(), row -> row.application().applicationId())
        .returns(config.train().configHash(), row -> row.settings().configHash());

    List<SceneRunRow> sceneRuns = rows(config, Tables.SCENE_RUNS);
    assertThat(sceneRuns).hasSize(3).allMatch(SceneRunRow::published);
    for (SceneRunRow row : sceneRuns) {
      assertThat(row.attempt()).isEqualTo(1);
      assertThat(row.key().tenant()).isEmpty();
      assertThat(row.photographs().bytes()).isPositive();
      assertThat(row.photographs().place()).isNull();
      assertThat(row.tasks().applicationId()).isEqualTo(application());
      assertThat(row.tasks().queueSeconds()).isBetween(0.0, row.seconds().attempt());
      // null: not trained here. The good scenes are equal, so one may take the other's model.
      assertThat(row.tasks().resumes()).isIn(null, row.metrics() == null ? null : 0);
      assertThat(row.tasks().cudaDriver()).as("on the CPU").isNull();
      if (row.sceneId().equals("broken")) {
        assertThat(row.verdict()).isEqualTo(Verdict.UNREADABLE_IMAGES);
        assertThat(row.verdictDetail())
            .startsWith("Cannot ingest scene broken: ")
            .contains("photo0.jpg");
        assertThat(row.stage()).isEqualTo("sfm");
        assertThat(row.photographs().used()).isZero();
        assertThat(row.photographs().rejected()).isEqualTo(4);
        assertThat(row.metrics()).isNull();
      } else {
        assertThat(row.verdict()).as(row.verdictDetail()).isEqualTo(Verdict.OK);
        assertThat(row.verdictDetail()).isEmpty();
        assertThat(row.photographs().used()).isEqualTo(TinyScene.VIEWS);
        assertThat(row.cameras()).isNull();
        assertThat(row.metrics().steps()).isEqualTo(STEPS);
        assertThat(row.metrics().viewsTest()).isEqualTo(2);
        assertThat(row.metrics().viewsTrain()).isEqualTo(7);
        assertThat(row.metrics().psnr()).isBetween(5.0, 100.0);
        assertThat(row.metrics().backend()).isEqualTo("cpu");
        assertThat(row.seconds().train()).isPositive();
      }
    }

    List<TrainingCurveRow> curve = rows(config, Tables.TRAINING_CURVE);
    assertThat(curve).extracting(TrainingCurveRow::sceneId).containsOnly("garden", "street");
    assertThat(curve).extracting(row -> row.point().step()).contains(STEPS);
    assertThat(rows(config, Tables.VIEW_METRICS))
        .extracting(row -> row.sceneId() + " " + row.metrics().view())
        .containsExactlyInAnyOrder(
            "garden view0.png", "garden view8.png", "street view0.png", "street view8.png");
    assertThat(rows(config, Tables.VIEW_METRICS))
        .extracting(ViewMetricsRow::step)
        .containsOnly(STEPS);
    assertThat(rows(config, Tables.MODELS))
        .extracting(ModelRow::sceneId)
        .containsExactlyInAnyOrder("garden", "street");
  }

  private static String application() {
    return SharedSpark.session().sparkContext().applicationId();
  }

  private static void assertFiles(PipelineConfig config) throws IOException {
    Path scene = Path.of(config.storePlace(), "runs/monday/scenes/garden");
    Path attempt = scene.resolve("attempts/1");
    ModelRow model =
        rows(config, Tables.MODELS).stream()
            .filter(row -> row.sceneId().equals("garden"))
            .findFirst()
            .orElseThrow();
    assertThat(attempt.toFile().list())
        .as("small files, and a reference to the model")
        .containsExactlyInAnyOrder(
            "STARTED.json", "ARTIFACT.json", "metrics.json", "training_curve.json");
    Path stored = Path.of(URI.create(model.uri()));
    assertThat(stored).hasSize(model.bytes());
    assertThat(stored.getParent().resolveSibling("PUBLISHED.json")).exists();
    assertThat(model.score().psnr()).isBetween(5.0, 100.0);
    assertThat(model.score().psnrLoss()).isZero();
    assertThat(model.score().vanillaRatio()).as("it is vanilla's").isOne();
    assertThat(model.uri()).contains("/artifacts/evaluate/").endsWith("/model.ply");
    assertThat(attempt.resolve("metrics.json")).content().contains("\"psnr\"");
    Group published = Json.read(Files.readAllBytes(scene.resolve("RESULT.json")), Group.class);
    assertThat(published.models()).containsExactly(model);
    assertThat(Path.of(config.storePlace(), "runs/monday/SUMMARY.json"))
        .content()
        .contains("\"exit_code\" : 2");
    assertResults(Path.of(config.storePlace(), "results"), stored);
  }

  private static void assertResults(Path results, Path model) throws IOException {
    assertThat(results.toFile().list())
        .filteredOn(name -> !name.startsWith("_"))
        .containsExactlyInAnyOrder("garden", "street");
    Path garden = results.resolve("garden");
    assertThat(garden.resolve("model.ply")).hasSameBinaryContentAs(model);
    JsonNode metrics =
        Json.read(Files.readAllBytes(garden.resolve("metrics.json")), JsonNode.class);
    assertThat(metrics.path("run_id").asText()).isEqualTo("monday");
    assertThat(metrics.path("attempt").asInt()).isEqualTo(1);
    assertThat(metrics.path("verdict").asText()).isEqualTo("OK");
    assertThat(metrics.path("quality_word").asText()).isEqualTo("poor");
    Map<String, Long> sizes = new TreeMap<>();
    try (Stream<Path> files = Files.walk(garden)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        sizes.put(garden.relativize(file).toString(), Files.size(file));
      }
    }
    sizes.remove("metrics.json");
    assertThat(metrics.path("files")).hasSameSizeAs(sizes.keySet());
    sizes.forEach(
        (path, bytes) -> assertThat(metrics.path("files").path(path).asLong()).isEqualTo(bytes));
    for (JsonNode view : metrics.path("views")) {
      BufferedImage render = ImageIO.read(garden.resolve(view.path("render").asText()).toFile());
      BufferedImage photograph =
          ImageIO.read(garden.resolve(view.path("photograph").asText()).toFile());
      assertThat(render.getWidth())
          .isEqualTo(photograph.getWidth())
          .isEqualTo(view.path("width").asInt());
    }
    assertThat(metrics.path("views")).hasSize(2);
    assertThat(sizes)
        .containsKeys(
            "preview.jpg",
            "curve.json",
            "cameras/cameras.bin",
            "cameras/images.bin",
            "cameras/points3D.bin",
            "cameras/images.txt",
            "cameras/transforms.json");
    if (ResultPage.isBuilt()) {
      assertPage(results, garden, sizes);
    }
    assertThat(garden.resolve("curve.json")).content().contains("\"device_bytes\" : null");
  }

  private static void assertPage(Path results, Path garden, Map<String, Long> sizes)
      throws IOException {
    assertThat(sizes).containsKeys("index.html", "scene.json", "points.bin");
    JsonNode page = Json.read(Files.readAllBytes(garden.resolve("scene.json")), JsonNode.class);
    assertThat(page.at("/model/path").asText()).isEqualTo("model.ply");
    assertThat(page.path("cameras")).hasSize(TinyScene.VIEWS);
    assertThat(page.path("views")).hasSize(2);
    assertThat(page.path("curve")).isNotEmpty();
    assertThat(page.at("/versions/spark").asText()).isEqualTo(SharedSpark.session().version());
    String html = Files.readString(garden.resolve("index.html"));
    List<String> parts =
        Pattern.compile("\\.\\./(_assets/[^\"]+)")
            .matcher(html)
            .results()
            .map(m -> m.group(1))
            .toList();
    assertThat(parts).hasSize(4).allSatisfy(part -> assertThat(results.resolve(part)).exists());
  }

  @Test
  void anotherRunMakesOnlyWhatItsSettingsChange() {
    String one = "input.scenes=garden";
    SceneRunRow first = run(config("reuse", one), "one").scenes().get(0);
    PipelineConfig alike =
        config(
            "reuse",
            one,
            "train.progress-every=1s",
            "train.threads=2",
            "checkpoint.keep=1",
            "sfm.timeout=3h");

    SceneRunRow second = run(alike, "two").scenes().get(0);

    assertThat(second.times().reused()).containsExactly("ingest", "sfm", "train", "evaluate");
    assertThat(rows(alike, Tables.MODELS))
        .as("stored once")
        .hasSize(2)
        .extracting(ModelRow::uri)
        .containsOnly(rows(alike, Tables.MODELS).get(0).uri());
    assertThat(Path.of(alike.storePlace(), "results/garden/metrics.json"))
        .content()
        .contains("\"run_id\" : \"two\"");

    PipelineConfig otherTarget = config("reuse", one, "quality.target-psnr=1", "export.frame=enu");
    SceneRunRow third = run(otherTarget, "three").scenes().get(0);

    assertThat(third.times().reused()).containsExactly("ingest", "sfm", "train");
    assertThat(third.metrics().targets().get("psnr").met()).isTrue();
    assertThat(third.metrics().psnr()).as("the same model").isEqualTo(first.metrics().psnr());
    assertThat(third.metrics().trainSeconds()).isEqualTo(first.metrics().trainSeconds());
    List<ModelRow> models = rows(alike, Tables.MODELS);
    assertThat(models).hasSize(3).extracting(ModelRow::sha256).containsOnly(models.get(0).sha256());
    assertThat(rows(alike, Tables.TRAINING_CURVE))
        .extracting(TrainingCurveRow::runId)
        .contains("one", "two", "three");

    PipelineConfig longer = config("reuse", one, "train.steps=21");
    assertThat(run(longer, "four").scenes().get(0).times().reused())
        .containsExactly("ingest", "sfm");
    assertThat(rows(alike, Tables.SCENE_RUNS)).hasSize(4);
  }

  @Test
  void aTrainingUnderWayIsResumedWithSettingsThatChangeNoModel() throws Exception {
    String[] settings = {"input.scenes=garden", "train.steps=1000000", "", ""};
    settings[2] = "train.progress-every=1s";
    settings[3] = "quality.target-ssim=0.5";
    Path checkpoints = folder.resolve("under-way/checkpoints");
    assertThat(stepOfFirstLine("under-way", settings)).isLessThan(stopped(checkpoints));
    settings[2] = "checkpoint.keep=1";
    settings[3] = "spark.timeouts.train=1h";
    int before = stopped(checkpoints);
    assertThat(stepOfFirstLine("under-way", settings)).isGreaterThan(before);
    assertThat(stopped(checkpoints)).isGreaterThan(before);
  }

  /** The first step that a run shows, before it is stopped. */
  private static int stepOfFirstLine(String store, String... settings) throws Exception {
    RunBatch batch = batch(config(store, settings), "u", OutputStream.nullOutputStream());
    CompletableFuture<RunSummary> running = CompletableFuture.supplyAsync(batch::run);
    Optional<MatchResult> line = Optional.empty();
    while (line.isEmpty()) {
      assertThat(running).isNotDone();
      Thread.sleep(50);
      line =
          SparkJvm.current().progress().lines("u").stream()
              .flatMap(text -> Pattern.compile("train step (\\d+)").matcher(text).results())
              .findFirst();
    }
    batch.stop();
    running.get(60, TimeUnit.SECONDS);
    return Integer.parseInt(line.get().group(1));
  }

  /** The step of the newest checkpoint of the only training. */
  private static int stopped(Path checkpoints) throws IOException {
    try (Stream<Path> files = Files.walk(checkpoints)) {
      List<Path> all = files.filter(Files::isRegularFile).sorted().toList();
      assertThat(all).extracting(Path::getParent).containsOnly(all.get(0).getParent());
      return Integer.parseInt(
          all.get(all.size() - 1).getFileName().toString().replaceAll("\\D", ""));
    }
  }

  @Test
  void scenesThatAnotherTryMayChangeAreTriedAgain() throws IOException {
    Path photographs = photographs("crashing");
    Path colmap = FakeColmap.write(folder.resolve("colmap"), "3.8", "echo broken; exit 134");
    String input = "input.path=" + photographs;
    PipelineConfig config = config("crash", input, "sfm.colmap=" + folder.resolve("nowhere"));
    assertThat(run(config, "x").exitCode()).isEqualTo(2);
    config = config("crash", input, "sfm.colmap=" + colmap);
    assertThat(run(config, "x").exitCode()).isEqualTo(2);

    assertThat(rows(config, Tables.SCENE_RUNS))
        .extracting(SceneRunRow::attempt, SceneRunRow::published, SceneRunRow::verdict)
        .containsExactlyInAnyOrder(
            tuple(1, false, Verdict.TOOL_MISSING), tuple(2, false, Verdict.TOOL_CRASH));
    assertThat(rows(config, Tables.RUNS))
        .extracting(RunRow::attempt)
        .containsExactlyInAnyOrder(1, 2);
    assertThat(Path.of(config.storePlace(), "runs/x/scenes/town/attempts/2/sfm-logs"))
        .isDirectory();
  }

  @Test
  void aSceneWithoutModelHasRowsOfWhatWasTried() throws IOException {
    Path photographs = photographs("unrelated");
    Path colmap = FakeColmap.write(folder.resolve("colmap-without-model"), "3.8", "exit 0");
    PipelineConfig config = config("no-model", "input.path=" + photographs, "sfm.colmap=" + colmap);

    SceneRunRow row = run(config, "x").scenes().get(0);

    assertThat(row.verdict()).as(row.verdictDetail()).isEqualTo(Verdict.NO_MODEL);
    assertThat(rows(config, Tables.SFM_ATTEMPTS))
        .extracting(SfmAttemptRow::rung, attempt -> attempt.outcome().verdict())
        .contains(tuple(1, Verdict.NO_MODEL), tuple(2, Verdict.NO_MODEL));
    assertThat(Path.of(config.storePlace(), "runs/x/scenes/town/attempts/1/sfm-logs/attempts.json"))
        .exists();
  }

  /** This class path lacks ONNX Runtime, as a cluster's class path does by default. */
  @Test
  void lpipsThatCannotBeMeasuredIsARowAndCanBeLeftOut() throws IOException {
    Path network = folder.resolve("network.onnx");
    String named = "quality.lpips-model=" + network;
    PipelineConfig config = config("lpips", "input.scenes=garden", named);
    assertThat(run(config, "l").scenes())
        .extracting(SceneRunRow::verdict, SceneRunRow::stage)
        .containsExactly(tuple(Verdict.TOOL_MISSING, "train"));
    Files.createFile(network);
    assertThat(run(config, "l").exitCode()).isEqualTo(2);
    assertThat(rows(config, Tables.SCENE_RUNS))
        .extracting(SceneRunRow::verdictDetail)
        .satisfiesExactlyInAnyOrder(
            detail -> assertThat(detail).contains("there is no file " + network),
            detail -> assertThat(detail).contains("ONNX Runtime is not on the class path"));

    SceneRunRow without = run(config("lpips", "input.scenes=garden"), "l").scenes().get(0);

    assertThat(without.verdict()).as(without.verdictDetail()).isEqualTo(Verdict.OK);
    assertThat(without.metrics().lpips()).isNull();
    assertThat(rows(config, Tables.VIEW_METRICS))
        .hasSize(2)
        .allMatch(row -> row.metrics().lpips() == null && row.lpipsConvention() == null);
  }

  /** One scene in each stage: the second one is ready to train while the first one trains. */
  @Test
  @Tag("both-lanes")
  void aStoppedRunSaysSo() throws Exception {
    PipelineConfig config =
        config(
            "stopped",
            "input.scenes=garden,street",
            "train.steps=1000000",
            "spark.parallel-scenes=1");
    Path summaryFile = Path.of(config.storePlace(), "runs/long/SUMMARY.json");
    Files.createDirectories(summaryFile.getParent());
    Files.writeString(summaryFile, "an earlier run's");
    RunBatch batch = batch(config, "long", OutputStream.nullOutputStream());
    CompletableFuture<RunSummary> running = CompletableFuture.supplyAsync(batch::run);
    awaitLine("long", "scene garden train step", running);
    awaitLine("long", "scene street train waits for its turn", running);
    assertThat(summaryFile).as("no summary while it runs").doesNotExist();

    batch.stop();

    RunSummary summary = running.get(60, TimeUnit.SECONDS);
    assertThat(summary.exitCode()).isEqualTo(3);
    assertThat(summary.notBegun()).isEmpty();
    assertThat(summaryFile).content().contains("\"exit_code\" : 3");
    assertThat(rows(config, Tables.SCENE_RUNS))
        .extracting(SceneRunRow::sceneId, SceneRunRow::published, SceneRunRow::verdict)
        .containsExactlyInAnyOrder(
            tuple("garden", false, Verdict.CANCELLED), tuple("street", false, Verdict.CANCELLED));
  }

  @Test
  void aStageThatTakesTooLongIsARow() {
    PipelineConfig config =
        config(
            "slow",
            "input.scenes=garden",
            "train.steps=1000000",
            "spark.timeouts.train=2s",
            "spark.max-attempts=1");

    SceneRunRow row = run(config, "slow").scenes().get(0);

    assertThat(row.verdict()).isEqualTo(Verdict.TIMEOUT);
    assertThat(row.verdictDetail())
        .isEqualTo(
            "Cannot finish scene garden: stage train took longer than 2s. Raise"
                + " spark.timeouts.train, or give it less");
  }

  @Test
  void scenesThatFailAlikeStopTheRun() throws IOException {
    Path many = folder.resolve("many");
    for (int i = 0; i < 4; i++) {
      TinyScene.write(many.resolve("town" + i), i);
      try (Stream<Path> model = Files.walk(many.resolve("town" + i + "/sparse"))) {
        model.sorted(Comparator.reverseOrder()).forEach(RunBatchIT::delete);
      }
    }
    PipelineConfig config =
        config(
            "alike",
            "input.path=" + many,
            "sfm.colmap=" + folder.resolve("nowhere"),
            "spark.stop-after-alike=2",
            "spark.parallel-scenes=1");

    RunSummary summary = run(config, "alike");

    assertThat(summary.exitCode()).isEqualTo(3);
    assertThat(summary.stoppedBecause())
        .startsWith("Stopped early: the last 2 scenes all ended TOOL_MISSING: Cannot ");
    assertThat(summary.scenes().subList(0, 2))
        .extracting(SceneRunRow::verdict)
        .containsOnly(Verdict.TOOL_MISSING);
    assertThat(summary.scenes().subList(2, summary.scenes().size()))
        .as("photographs are checked meanwhile")
        .allMatch(row -> row.verdict() == Verdict.CANCELLED);
    assertThat(summary.notBegun()).contains("town3");
  }

  @Test
  void oneSceneIsCancelledAndTheOthersContinue() throws Exception {
    PipelineConfig config =
        config("cancel", "input.scenes=garden,broken", "train.steps=1000000", "input.last=broken");
    RunBatch batch = batch(config, "c", OutputStream.nullOutputStream());
    CompletableFuture<RunSummary> running = CompletableFuture.supplyAsync(batch::run);
    awaitLine("c", "train step", running);
    RunFolder folder = Store.open(config.storePlace(), new Configuration()).run("c");
    RunStatus status = Json.read(folder.status().orElseThrow(), RunStatus.class);
    assertThat(status.scenes()).extracting(RunStatus.SceneState::sceneId).contains("garden");

    folder.requestCancel("garden");

    RunSummary summary = running.get(60, TimeUnit.SECONDS);
    assertThat(summary.exitCode()).isEqualTo(2);
    assertThat(summary.scenes())
        .extracting(SceneRunRow::sceneId, SceneRunRow::verdict)
        .containsExactly(
            tuple("broken", Verdict.UNREADABLE_IMAGES), tuple("garden", Verdict.CANCELLED));
  }

  /** Scene "broken" ends soon and its row is refused, while "garden" would train for hours. */
  @Test
  void rowsThatCannotBeCommittedEndTheRunAtOnce() {
    PipelineConfig config = config("refused", "input.scenes=garden,broken", "train.steps=1000000");
    SharedSpark.session()
        .sql(
            "ALTER TABLE delta.`%s/scene_runs` ADD CONSTRAINT refuse CHECK (scene_id <> 'broken')"
                .formatted(config.tablesPlace()));
    AtomicInteger failures = new AtomicInteger();
    RunBatch batch =
        new RunBatch(
            SharedSpark.session(),
            "refused",
            config,
            new PrintStream(OutputStream.nullOutputStream(), true, UTF_8),
            new CommitRetry(2, failures::set));

    RunSummary summary = batch.run();

    assertThat(summary.exitCode()).isEqualTo(70);
    assertThat(summary.stoppedBecause())
        .contains("Cannot commit rows, try 2 of 2", "CHECK constraint refuse");
    assertThat(summary.applicationId())
        .isEqualTo(SharedSpark.session().sparkContext().applicationId());
    assertThat(failures).hasValue(1);
    RunFolder run = Store.open(config.storePlace(), new Configuration()).run("refused");
    assertThat(Json.read(run.outcome("garden", 1).orElseThrow(), Group.class).sceneRuns())
        .extracting(SceneRunRow::verdict)
        .containsExactly(Verdict.CANCELLED);
    assertThat(Json.read(run.summary().orElseThrow(), RunSummary.class)).isEqualTo(summary);
  }

  /** As a driver does that has lost its lease: the run's row and summary are another driver's. */
  @Test
  void aRunThatIsAbandonedLeavesTheRestToAnotherDriver() throws IOException {
    PipelineConfig config = config("abandoned", "input.scenes=garden");
    RunFolder run = Store.open(config.storePlace(), new Configuration()).run("a");
    RunBatch batch = batch(config, "a", OutputStream.nullOutputStream());
    batch.abandon("another driver has taken over run a");

    RunSummary summary = batch.run();

    assertThat(summary.exitCode()).isEqualTo(3);
    assertThat(summary.stoppedBecause()).contains("another driver has taken over run a");
    assertThat(run.summary()).isEmpty();
    assertThat(run.status()).isEmpty();
    assertThat(rows(config, Tables.RUNS)).isEmpty();
  }

  @Test
  void aDriverWhoseThreadIsInterruptedSaysSo() {
    PipelineConfig config = config("interrupted", "input.scenes=garden", "train.steps=1000000");
    Thread.currentThread().interrupt();

    RunSummary summary = batch(config, "i", OutputStream.nullOutputStream()).run();

    assertThat(Thread.interrupted()).isFalse();
    assertThat(summary.exitCode()).isEqualTo(3);
    assertThat(summary.stoppedBecause()).isEqualTo(RunSummary.INTERRUPTED);
    assertThat(Path.of(config.storePlace(), "runs/i/SUMMARY.json"))
        .content()
        .contains("\"exit_code\" : 3", "\"application_id\" : \"local-");
  }

  private static void awaitLine(String runId, String text, CompletableFuture<?> running)
      throws InterruptedException {
    while (SparkJvm.current().progress().lines(runId).stream()
        .noneMatch(line -> line.contains(text))) {
      assertThat(running).isNotDone();
      Thread.sleep(50);
    }
  }

  /** Photographs without cameras. */
  private static Path photographs(String name) throws IOException {
    Path scene = folder.resolve(name + "/town");
    TinyScene.write(scene);
    try (Stream<Path> model = Files.walk(scene.resolve("sparse"))) {
      model.sorted(Comparator.reverseOrder()).forEach(RunBatchIT::delete);
    }
    return scene.getParent();
  }

  /** The number of threads is in the arguments of COLMAP's first command. */
  @Test
  void colmapWithTooLittleMemoryIsTriedWithHalfTheThreads() throws IOException {
    Path input = photographs("memory");
    Path colmap =
        FakeColmap.write(
            folder.resolve("colmap-memory"),
            "3.8",
            "echo \"$@\" >> \"%s\"; kill -9 $$".formatted(folder.resolve("memory/calls")));
    PipelineConfig config =
        config("memory-store", "input.path=" + input, "sfm.colmap=" + colmap, "sfm.threads=8");

    SceneRunRow row = run(config, "m").scenes().get(0);

    assertThat(row.verdict()).as(row.verdictDetail()).isEqualTo(Verdict.OUT_OF_MEMORY);
    assertThat(row.attempt()).isEqualTo(1);
    assertThat(Files.readAllLines(folder.resolve("memory/calls")))
        .extracting(line -> line.replaceAll(".*num_threads (\\d+).*", "$1"))
        .containsExactly("8", "4", "2", "1");
  }

  /** The first question gets the version of one machine, the next ones that of another one. */
  @Test
  void anotherVersionOfColmapOnAnExecutorIsRefused() throws IOException {
    Path input = photographs("versions");
    Path asked = folder.resolve("versions/asked");
    Path first = FakeColmap.write(folder.resolve("colmap-3.8"), "3.8", "exit 1");
    Path second = FakeColmap.write(folder.resolve("colmap-3.13"), "3.13.0", "exit 1");
    Path colmap =
        Files.writeString(
            folder.resolve("colmap-of-two-machines"),
            "#!/bin/sh\n[ -e '%s' ] && exec '%s' \"$@\"\ntouch '%s'\nexec '%s' \"$@\"\n"
                .formatted(asked, second, asked, first));
    assertThat(colmap.toFile().setExecutable(true)).isTrue();
    PipelineConfig config = config("versions-store", "input.path=" + input, "sfm.colmap=" + colmap);

    SceneRunRow row = run(config, "v").scenes().get(0);

    assertThat(row.verdict()).as(row.verdictDetail()).isEqualTo(Verdict.TOOL_INCOMPATIBLE);
    assertThat(row.verdictDetail())
        .contains("COLMAP is 3.13.0 on driver, and 3.8 on the executor that this run asked first");
    assertThat(rows(config, Tables.RUNS))
        .extracting(run -> run.versions().colmapVersion())
        .containsExactly("3.8");
  }

  private static void delete(Path path) {
    try {
      Files.delete(path);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** A store with empty tables: other tests let runs make their tables. */
  private static PipelineConfig config(String store, String... settings) {
    if (!Files.exists(folder.resolve(store))) {
      TableTemplate.emptyBelow(folder.resolve(store));
    }
    List<String> all =
        Stream.concat(
                Stream.of(
                    "input.path=" + scenes,
                    "store.path=" + folder.resolve(store),
                    "train.steps=" + STEPS,
                    "train.threads=1", // some trainings go on until they are stopped
                    "export.formats=[ply]",
                    "spark.parallel-scenes=2"),
                Stream.of(settings))
            .toList();
    return PipelineConfig.of(
        ConfigurationReader.withDefaultProfile("vanilla").settings(all).read());
  }

  private static RunSummary run(PipelineConfig config, String runId) {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    RunSummary summary = batch(config, runId, output).run();
    assertThat(output.toString(UTF_8)).contains("run " + runId);
    return summary;
  }

  private static RunBatch batch(PipelineConfig config, String runId, OutputStream out) {
    return new RunBatch(SharedSpark.session(), runId, config, new PrintStream(out, true, UTF_8));
  }

  private static <T> List<T> rows(PipelineConfig config, Table<T> table) {
    List<Row> rows =
        new Tables(SharedSpark.session(), config.tablesPlace()).rows(table).collectAsList();
    return rows.stream().map(table::toRecord).toList();
  }
}
