package org.splatline.pipeline.cli;

import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.PlainText;
import org.splatline.gpu.cli.TrainerMain;
import org.splatline.gpu.config.ConfigException;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.notify.Notifications;
import org.splatline.pipeline.run.Interruption;
import org.splatline.pipeline.run.RunBatch;
import org.splatline.pipeline.run.RunSummary;
import org.splatline.pipeline.run.SingleWriterCheck;
import org.splatline.pipeline.spark.SparkSessions;
import org.splatline.pipeline.store.Json;
import org.splatline.pipeline.store.RunFolder;
import org.splatline.pipeline.store.RunLease;
import org.splatline.pipeline.store.Store;

/**
 * Starts Spark, runs one batch and tells how it ended: shared by all commands that run scenes.
 * However it ends, SUMMARY.json says so and a notice is sent.
 */
final class BatchRun {
  private static final Logger LOG = LoggerFactory.getLogger(BatchRun.class);

  private final String id;
  private final PipelineConfig given;
  private final StopSignal signal;
  private final Instant startedAt = Instant.now();

  private BatchRun(String id, PipelineConfig given, StopSignal signal) {
    this.id = id;
    this.given = given;
    this.signal = signal;
  }

  /** Runs what the run has not done yet; returns the exit code. */
  static int run(String id, PipelineConfig config) {
    return run(id, config, folder -> {});
  }

  /**
   * Runs what the run has not done yet; returns the exit code.
   *
   * @param beforehand changes the run's files while no other driver is at work on them
   */
  static int run(String id, PipelineConfig config, Consumer<RunFolder> beforehand) {
    try (StopSignal signal = StopSignal.open()) {
      return signal.exitCode(new BatchRun(id, config, signal).run(beforehand));
    }
  }

  private int run(Consumer<RunFolder> beforehand) {
    try {
      RunSummary summary = batch(beforehand);
      if (summary.exitCode() == TrainerMain.USAGE) {
        System.err.println(PlainText.line(summary.stoppedBecause()));
      }
      return tell(summary);
    } catch (ConfigException e) {
      if (ClusterDriver.isHere()) { // else the terminal and the exit code say it
        failed(TrainerMain.USAGE, e);
      }
      throw e;
    } catch (Throwable e) { // whatever it is, somebody waits for the end
      LOG.error("Cannot finish run {}", id, e);
      return failed(
          Interruption.clear(e) || signal.hasArrived() ? RunSummary.STOPPED : TrainerMain.INTERNAL,
          e);
    }
  }

  private RunSummary batch(Consumer<RunFolder> beforehand) {
    PipelineConfig config = RunBatch.check(id, given, SparkSessions.hadoop(given.spark()));
    if (SingleWriterCheck.isSingle(config)) {
      System.err.println(SingleWriterCheck.sentence(config));
    }
    RunFolder folder = folder(config);
    try (RunLease lease = lease(folder)) {
      beforehand.accept(folder);
      SparkSession spark = SparkSessions.open(config, "splatline " + id);
      try {
        RunBatch batch = new RunBatch(spark, id, config, System.err);
        lease.onLoss(batch::abandon);
        signal.onArrival(batch::stop);
        return batch.run();
      } finally {
        spark.stop();
      }
    }
  }

  /** A cluster starts a driver again that was killed a moment ago, and does so only once. */
  private RunLease lease(RunFolder folder) {
    return ClusterDriver.isHere()
        ? RunLease.takeWhenSilent(folder, id, BatchRun::pause)
        : RunLease.take(folder, id);
  }

  private static void pause() {
    try {
      TimeUnit.SECONDS.sleep(5);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while another driver had the run", e);
    }
  }

  private RunFolder folder(PipelineConfig config) {
    return Store.open(config.storePlace(), SparkSessions.hadoop(config.spark())).run(id);
  }

  /** For an end that the batch itself could not tell of. */
  private int failed(int code, Throwable because) {
    RunSummary summary =
        RunSummary.failed(
            id,
            ClusterDriver.applicationId().orElse(null),
            code,
            code == RunSummary.STOPPED ? RunSummary.INTERRUPTED : Sentences.of(because),
            startedAt,
            given);
    try {
      RunFolder folder = folder(given);
      if (RunLease.holder(folder).isEmpty()) { // else it is another driver's run
        folder.writeSummary(Json.write(summary));
      }
    } catch (RuntimeException e) {
      LOG.warn("Cannot write the summary of run {}", id, e);
    }
    return tell(summary);
  }

  private int tell(RunSummary summary) {
    if (summary.knowsScenes()) {
      System.out.print(PlainText.lines(SummaryText.of(summary)));
    }
    if (summary.exitCode() == TrainerMain.INTERNAL) {
      System.err.printf(
          "Cannot finish run %s: %s. Run again with --run-id %s to complete it. Log: %s%n",
          id, PlainText.line(summary.stoppedBecause()), id, LogSetup.file());
    } else if (RunSummary.INTERRUPTED.equals(summary.stoppedBecause())) {
      System.err.printf("Interrupted; run again with --run-id %s to complete%n", id);
    }
    new Notifications(given.notifications()).send(summary.notice(), System.err);
    return summary.exitCode();
  }
}
