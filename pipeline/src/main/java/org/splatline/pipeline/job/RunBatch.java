package org.splatline.pipeline.job;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.config.ConfigException;
import org.splatline.gpu.scene.Verdict;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.progress.ProgressBoard;
import org.splatline.pipeline.progress.ProgressPrinter;
import org.splatline.pipeline.store.Json;
import org.splatline.pipeline.store.Location;
import org.splatline.pipeline.store.RunFolder;
import org.splatline.pipeline.store.Store;
import org.splatline.pipeline.table.Committer;
import org.splatline.pipeline.table.Group;
import org.splatline.pipeline.table.RunRow;
import org.splatline.pipeline.table.SceneRunRow;
import org.splatline.pipeline.table.Tables;

/**
 * Takes each scene of a batch from photographs to a published model and rows in the tables:
 *
 * <pre>bin/splatline run --config conf/local.yaml --run-id monday</pre>
 *
 * <p>What was made before of the same photographs and configuration is taken from the store. The
 * same run once more does only what is missing: scenes with a final answer keep it, those whose
 * verdict another try may change are tried again.
 */
public final class RunBatch {
  private static final Logger LOG = LoggerFactory.getLogger(RunBatch.class);

  private final SparkSession spark;
  private final String runId;
  private final PipelineConfig config;
  private final PrintStream out;
  private final Instant startedAt = Instant.now();
  private final ColmapVersionOnce colmap;
  private final SceneJobs jobs;
  private volatile boolean stopped;

  /**
   * @param out where progress goes
   */
  public RunBatch(SparkSession spark, String runId, PipelineConfig config, PrintStream out) {
    this.spark = spark;
    this.runId = runId;
    this.config = config;
    this.out = out;
    this.colmap = new ColmapVersionOnce(config.sfm());
    this.jobs = new SceneJobs(JavaSparkContext.fromSparkContext(spark.sparkContext()));
  }

  /**
   * Whether the scenes can be found and the places written to, before Spark is started. Throws
   * {@link ConfigException} when not.
   */
  public static void check(String runId, PipelineConfig config, Configuration hadoop) {
    SceneSources.find(runId, Location.open(config.inputPlace(), hadoop), config.input().scenes());
    Location.open(config.storePlace(), hadoop).checkWritable("store.path");
    Location.open(config.tablesPlace(), hadoop).checkWritable("tables.path");
  }

  /** Ends the run soon: no further stage is begun, and what is at work is cancelled. */
  public void stop() {
    stopped = true;
    jobs.cancelAll(); // and not what is being committed
  }

  /** Returns when each scene has its answer, or the run was stopped. */
  public RunSummary run() {
    Configuration hadoop = SceneWork.hadoop();
    Store store = Store.open(config.storePlace(), hadoop);
    store.run(runId).dropSummary();
    List<SceneSource> scenes =
        SceneSources.find(
            runId, Location.open(config.inputPlace(), hadoop), config.input().scenes());
    Tables tables = new Tables(spark, Location.open(config.tablesPlace(), hadoop).uri());
    tables.createIfAbsent();
    Committer committer = Committer.open(store.run(runId), runId, tables);

    try (ProgressPrinter printer =
        ProgressPrinter.start(runId, out, config.train().train().progressEvery())) {
      printer.say("run %s: %d scenes of %s".formatted(runId, scenes.size(), config.inputPlace()));
      Batch batch = new Batch(store, committer, printer);
      List<SceneRunRow> rows = batch.finish(scenes);
      RunSummary summary = summary(store, tables, scenes, rows);
      if (batch.didSomething()) {
        committer.commit(Group.of(runRow(summary, scenes.size(), committer.runRows() + 1)));
      }
      store.run(runId).writeSummary(Json.write(summary));
      return summary;
    }
  }

  private RunSummary summary(
      Store store, Tables tables, List<SceneSource> scenes, List<SceneRunRow> rows) {
    List<String> notBegun = new ArrayList<>(scenes.stream().map(SceneSource::id).toList());
    rows.forEach(row -> notBegun.remove(row.sceneId()));
    boolean allOk =
        notBegun.isEmpty() && rows.stream().allMatch(row -> row.verdict() == Verdict.OK);
    int exitCode =
        stopped ? RunSummary.STOPPED : allOk ? RunSummary.DONE : RunSummary.SOME_NOT_DONE;
    return new RunSummary(
        1,
        runId,
        exitCode,
        Duration.between(startedAt, Instant.now()).toMillis() / 1e3,
        store.run(runId).uri(),
        tables.uri(),
        rows,
        notBegun);
  }

  private RunRow runRow(RunSummary summary, int scenes, int attempt) {
    return new RunRow(
        runId,
        attempt,
        config.train().profile(),
        config.train().configHash(),
        config.effective().canonicalJson(),
        config.inputPlace(),
        config.storePlace(),
        Version.NAME,
        spark.version(),
        colmap.nameOrNone(),
        startedAt,
        Instant.now(),
        summary.seconds(),
        scenes,
        summary.scenesOk(),
        scenes - summary.scenesOk(),
        summary.exitCode());
  }

  /** The scenes of this invocation. */
  private final class Batch {
    private final RunFolder run;
    private final Committer committer;
    private final ProgressPrinter printer;
    private final PublishScene publish;
    private final SceneLine line;
    private volatile boolean didSomething;

    Batch(Store store, Committer committer, ProgressPrinter printer) {
      this.run = store.run(runId);
      this.committer = committer;
      this.printer = printer;
      this.publish = new PublishScene(jobs, run, config.storePlace());
      this.line =
          new SceneLine(
              new IngestSceneJob(jobs, store, config),
              new ReconstructSceneJob(jobs, store, config, colmap),
              new TrainSceneJob(jobs, store, config),
              publish,
              () -> stopped);
    }

    boolean didSomething() {
      return didSomething;
    }

    /** Rows of the scenes that were begun; a failure to publish or commit is thrown at the end. */
    List<SceneRunRow> finish(List<SceneSource> scenes) {
      ExecutorService threads = Executors.newFixedThreadPool(config.spark().parallelScenes());
      try {
        List<Future<Optional<SceneRunRow>>> futures = new ArrayList<>();
        for (SceneSource scene : scenes) {
          futures.add(threads.submit(() -> finish(scene)));
        }
        return rows(futures);
      } finally {
        threads.shutdownNow();
      }
    }

    private List<SceneRunRow> rows(List<Future<Optional<SceneRunRow>>> futures) {
      List<SceneRunRow> rows = new ArrayList<>();
      RuntimeException failure = null;
      for (Future<Optional<SceneRunRow>> future : futures) {
        try {
          future.get().ifPresent(rows::add);
        } catch (ExecutionException e) {
          failure = new IllegalStateException(e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          stop();
        }
      }
      if (failure != null) {
        throw failure;
      }
      return rows;
    }

    private Optional<SceneRunRow> finish(SceneSource scene) {
      commitLeftOver(scene);
      Optional<Group> answer = run.result(scene.id()).map(result -> Json.read(result, Group.class));
      if (answer.isPresent()) {
        printer.say("scene " + scene.id() + " has its answer already");
        return Optional.of(commit(answer.get()));
      }
      return stopped ? Optional.empty() : Optional.of(attempt(scene));
    }

    /** Outcomes of earlier attempts that were kept and not committed. */
    private void commitLeftOver(SceneSource scene) {
      for (int attempt : run.attempts(scene.id())) {
        run.outcome(scene.id(), attempt)
            .ifPresent(outcome -> commit(Json.read(outcome, Group.class)));
      }
    }

    private SceneRunRow attempt(SceneSource scene) {
      int number = run.startAttempt(scene.id());
      SceneAttempt attempt =
          new SceneAttempt(scene, number, run.attempt(scene.id(), number), config);
      try {
        ProgressBoard.show(runId, scene.id(), "scene " + scene.id());
        SceneRunRow row = commit(publish.publish(line.run(scene, attempt)));
        printer.say(ending(row));
        return row;
      } finally {
        ProgressBoard.clear(runId, scene.id());
      }
    }

    private SceneRunRow commit(Group rows) {
      SceneRunRow row = rows.sceneRuns().get(0);
      if (!committer.has(row.sceneId(), row.attempt())) {
        committer.commit(rows);
        didSomething = true;
      }
      return row;
    }
  }

  private static String ending(SceneRunRow row) {
    LOG.info("scene {} attempt {}: {}", row.sceneId(), row.attempt(), row.verdict());
    return row.metrics() == null
        ? "scene %s %s: %s".formatted(row.sceneId(), row.verdict(), row.verdictDetail())
        : String.format(
            Locale.ROOT,
            "scene %s %s: %.2f dB, SSIM %.4f on %d held-out views, %,d Gaussians, %.0f s",
            row.sceneId(),
            row.verdict(),
            row.metrics().psnr(),
            row.metrics().ssim(),
            row.metrics().viewsTest(),
            row.metrics().gaussians(),
            row.seconds().attempt());
  }
}
