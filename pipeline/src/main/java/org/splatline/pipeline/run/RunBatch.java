package org.splatline.pipeline.run;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.config.ConfigException;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.config.Version;
import org.splatline.pipeline.cost.Prices;
import org.splatline.pipeline.input.SceneFinder;
import org.splatline.pipeline.input.SceneSource;
import org.splatline.pipeline.progress.ProgressPrinter;
import org.splatline.pipeline.site.RunSetup;
import org.splatline.pipeline.spark.SparkJvm;
import org.splatline.pipeline.spark.StageProfiles;
import org.splatline.pipeline.stage.GpuUse;
import org.splatline.pipeline.stage.RunColmap;
import org.splatline.pipeline.stage.SceneJobs;
import org.splatline.pipeline.store.Json;
import org.splatline.pipeline.store.Location;
import org.splatline.pipeline.store.PlaceFile;
import org.splatline.pipeline.store.RunFolder;
import org.splatline.pipeline.store.Store;
import org.splatline.pipeline.table.CommitRetry;
import org.splatline.pipeline.table.Committer;
import org.splatline.pipeline.table.Group;
import org.splatline.pipeline.table.GroupCommitter;
import org.splatline.pipeline.table.RunRow;
import org.splatline.pipeline.table.SceneRunRow;
import org.splatline.pipeline.table.Tables;
import org.splatline.pipeline.table.VanillaSizes;

/**
 * Takes each scene of a batch from photographs to a published model and rows in the tables:
 *
 * <pre>bin/splatline run --config conf/local.yaml --run-id monday</pre>
 *
 * <p>Results of the same photographs and configuration are reused from the store. Starting the same
 * run again does only what is missing: scenes with a final result keep it, and scenes whose verdict
 * another try may change are tried again.
 */
public final class RunBatch {
  private static final Logger LOG = LoggerFactory.getLogger(RunBatch.class);

  private final SparkSession spark;
  private final String runId;
  private final PipelineConfig config;
  private final PrintStream out;
  private final CommitRetry commits;
  private final Instant startedAt = Instant.now();
  private final Configuration hadoop = SparkJvm.current().hadoop(); // also when Spark has ended
  private final StageProfiles profiles;
  private final SceneJobs jobs;
  private final RunColmap colmap;
  private final Prices prices;
  private List<SceneSource> scenes = List.of(); // none until they are found
  private SceneBatch batch; // null: no scene has begun
  private volatile String stoppedBecause; // null: it was not
  private volatile boolean interrupted;
  private volatile boolean abandoned;

  /**
   * @param out where progress goes
   */
  public RunBatch(SparkSession spark, String runId, PipelineConfig config, PrintStream out) {
    this(spark, runId, config, out, CommitRetry.standard());
  }

  RunBatch(
      SparkSession spark,
      String runId,
      PipelineConfig config,
      PrintStream out,
      CommitRetry commits) {
    this.spark = spark;
    this.runId = runId;
    this.config = config;
    this.out = out;
    this.commits = commits;
    this.profiles = StageProfiles.of(spark, config);
    this.prices = prices(config, spark.sparkContext().hadoopConfiguration());
    this.jobs =
        new SceneJobs(
            JavaSparkContext.fromSparkContext(spark.sparkContext()),
            profiles,
            config.spark().timeouts(),
            config.spark().parallelScenes());
    this.colmap = new RunColmap(jobs, config.sfm());
  }

  /**
   * Checks, before Spark starts, that the scenes can be found and the places can be written to.
   * Throws {@link ConfigException} when not. Returns the configuration to continue with: it says
   * whether the store allows only one writer, see {@link SingleWriterCheck}.
   */
  public static PipelineConfig check(String runId, PipelineConfig config, Configuration hadoop) {
    prices(config, hadoop);
    SceneFinder.find(runId, Location.open(config.inputPlace(), hadoop), config.input());
    Location store = Location.open(config.storePlace(), hadoop);
    store.checkWritable("store.path");
    Location tables = Location.open(config.tablesPlace(), hadoop);
    tables.checkWritable("tables.path");
    return SingleWriterCheck.of(store, tables, config);
  }

  private static Prices prices(PipelineConfig config, Configuration hadoop) {
    return Prices.read(config.cost().prices(), name -> PlaceFile.text(name, hadoop));
  }

  /** Ends the run soon: no other stage is started, and running jobs are cancelled. */
  public void stop() {
    interrupted = true;
    stop(RunSummary.INTERRUPTED);
  }

  /** Ends the run soon and leaves its row and its summary to another driver. */
  public void abandon(String because) {
    abandoned = true;
    stop("Stopped early: " + because);
  }

  private void stop(String because) {
    if (stoppedBecause == null) {
      stoppedBecause = because;
    }
    try {
      jobs.cancelAll(); // rows that are being committed are not affected
    } catch (RejectedExecutionException e) {
      LOG.info("run {} has ended already", runId);
    }
  }

  /**
   * Runs the batch. Returns when all scenes have ended, the run was stopped, or it could not go on.
   * However it ends, its summary is in the run's folder.
   */
  public RunSummary run() {
    RunSummary summary;
    try {
      summary = finish();
    } catch (Throwable e) { // whatever it is, somebody waits for the end
      LOG.error("Cannot finish run {}", runId, e);
      summary = failed(e);
    } finally {
      jobs.close();
    }
    return abandoned ? summary : written(summary);
  }

  private RunSummary written(RunSummary summary) {
    try {
      store().run(runId).writeSummary(Json.write(summary));
      return summary;
    } catch (RuntimeException e) {
      LOG.error("Cannot write the summary of run {}", runId, e);
      return failed(e);
    }
  }

  private Store store() {
    return Store.open(config.storePlace(), hadoop);
  }

  private RunSummary failed(Throwable e) {
    if (Interruption.clear(e) || interrupted) {
      return summary(RunSummary.STOPPED, RunSummary.INTERRUPTED);
    }
    String because =
        e.getMessage() == null ? e.toString() : e.getMessage().lines().findFirst().orElse("");
    return summary(e instanceof ConfigException ? RunSummary.USAGE : RunSummary.INTERNAL, because);
  }

  @SuppressWarnings(
      "try") // the status writer and the watch for cancelling are not used in the block
  private RunSummary finish() {
    Store store = store();
    statusUnlessAbandoned() // whose summary the next one is
        .ifPresent(now -> store.run(runId).writeStatus(Json.write(now)));
    scenes = SceneFinder.find(runId, Location.open(config.inputPlace(), hadoop), config.input());
    Tables tables = tables();
    tables.createIfAbsent(commits);
    Map<String, Long> tableVersions = tables.versions();
    Committer committer = Committer.open(store.run(runId), runId, tables, commits);

    RunFolder run = store.run(runId);
    run.clearCancelRequests();
    run.dropSummary();
    try (ProgressPrinter printer =
            ProgressPrinter.start(
                SparkJvm.current().progress(), runId, out, config.train().train().progressEvery());
        GroupCommitter groups =
            GroupCommitter.start(
                committer,
                scenes.size(),
                config.tables().commitEvery(),
                config.tables().commitScenes(),
                reason -> stop("Stopped early: " + reason))) {
      printer.say("run %s: %d scenes of %s".formatted(runId, scenes.size(), config.inputPlace()));
      printer.say(profiles.sentence());
      committer.damaged().forEach(printer::say);
      LOG.info("run {} on Spark {}", runId, spark.version());
      SceneRows sceneRows = new SceneRows(run, committer, groups);
      VanillaSizes vanilla = VanillaSizes.in(tables, tableVersions);
      batch = batch(store, run, sceneRows, vanilla, printer);
      try (StatusWriter status = StatusWriter.start(run, this::statusUnlessAbandoned);
          CancelWatch cancel = CancelWatch.start(run, new Cancelling())) {
        batch.finish(scenes);
        groups.flush();
      }
      RunSummary summary = ended();
      boolean runHasRow = committer.runRows() > 0; // an earlier driver may have died before it
      if ((sceneRows.hasNew() || !runHasRow) && !abandoned) {
        committer.commit(
            Group.of(runRow(summary, scenes.size(), committer.runRows() + 1, tableVersions)));
      }
      return summary;
    }
  }

  private Tables tables() {
    return new Tables(spark, Location.open(config.tablesPlace(), hadoop).uri());
  }

  /** Does what {@code cancel} asks for from another process. */
  private final class Cancelling implements CancelWatch.Listener {
    @Override
    public void onCancelAll() {
      stop("Stopped early: it was cancelled");
    }

    @Override
    public void onCancel(Set<String> scenes) {
      scenes.forEach(jobs::cancel);
    }
  }

  private Optional<RunStatus> statusUnlessAbandoned() {
    return abandoned ? Optional.empty() : Optional.of(status());
  }

  private RunStatus status() {
    return new RunStatus(
        1,
        runId,
        startedAt,
        Instant.now(),
        new RunStatus.Driver(
            spark.conf().get("spark.driver.host", "unknown"),
            ProcessHandle.current().pid(),
            spark.sparkContext().applicationId()),
        profiles.sentence(),
        scenes.stream().map(this::state).toList());
  }

  private RunStatus.SceneState state(SceneSource scene) {
    return batch == null ? RunStatus.SceneState.waiting(scene.id()) : batch.state(scene);
  }

  private SceneBatch batch(
      Store store, RunFolder run, SceneRows rows, VanillaSizes vanilla, ProgressPrinter printer) {
    SceneStages stages =
        new SceneStages(
            config,
            store,
            run,
            jobs,
            colmap,
            new SceneCosts(config.cost(), prices),
            vanilla,
            new RunSetup(
                config.effective().canonicalJson(),
                Version.NAME,
                Version.COMMIT,
                spark.version(),
                colmap.nameOrNone()),
            spark.sparkContext().applicationId());
    return new SceneBatch(config.spark(), rows, stages, jobs, printer, this::stop);
  }

  private RunSummary ended() {
    List<SceneRunRow> rows = batch.rows(scenes);
    boolean allOk =
        rows.size() == scenes.size() && rows.stream().allMatch(row -> row.verdict().isDone());
    int exitCode =
        stoppedBecause != null
            ? RunSummary.STOPPED
            : allOk ? RunSummary.DONE : RunSummary.SOME_NOT_DONE;
    return summary(exitCode, stoppedBecause);
  }

  private RunSummary summary(int exitCode, String because) {
    List<SceneRunRow> rows = batch == null ? List.of() : batch.rows(scenes);
    List<String> notEnded = new ArrayList<>(scenes.stream().map(SceneSource::id).toList());
    rows.forEach(row -> notEnded.remove(row.sceneId()));
    return new RunSummary(
        1,
        runId,
        spark.sparkContext().applicationId(),
        exitCode,
        because,
        jobs.gpuUse(),
        Math.max(0, Duration.between(startedAt, Instant.now()).toMillis()) / 1e3,
        store().run(runId).uri(),
        store().results().uri(),
        tables().uri(),
        rows,
        notEnded);
  }

  private RunRow runRow(
      RunSummary summary, int scenes, int attempt, Map<String, Long> tableVersions) {
    GpuUse gpu = summary.gpuUse();
    return new RunRow(
        runId,
        attempt,
        new RunRow.Settings(
            config.train().profile(),
            config.train().configHash(),
            config.effective().canonicalJson(),
            config.inputPlace(),
            config.storePlace()),
        new RunRow.Versions(Version.NAME, spark.version(), colmap.nameOrNone()),
        new RunRow.Times(startedAt, Instant.now(), summary.seconds()),
        new RunRow.SceneCounts(scenes, summary.scenesOk(), scenes - summary.scenesOk()),
        new RunRow.Ending(summary.exitCode(), summary.stoppedBecause()),
        new RunRow.Machines(
            gpu == null ? null : gpu.heldSeconds(),
            gpu == null ? null : Math.min(gpu.busySeconds(), gpu.heldSeconds()),
            prices.date()),
        tableVersions,
        new RunRow.Application(
            spark.sparkContext().applicationId(), Version.emrRelease(), Version.COMMIT));
  }
}
