package org.splatline.pipeline.cli;

import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.cli.TrainerMain;
import org.splatline.gpu.config.ConfigException;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.notify.Notifications;
import org.splatline.pipeline.run.RunBatch;
import org.splatline.pipeline.run.RunSummary;
import org.splatline.pipeline.run.SingleWriterCheck;
import org.splatline.pipeline.spark.SparkSessions;

/** Starts Spark, runs one batch and prints its summary: shared by all commands that run scenes. */
final class BatchRun {
  private static final Logger LOG = LoggerFactory.getLogger(BatchRun.class);

  private BatchRun() {}

  /** Runs what the run has not done yet; returns the exit code. */
  static int run(String id, PipelineConfig given) {
    PipelineConfig config = RunBatch.check(id, given, SparkSessions.hadoop(given.spark()));
    if (SingleWriterCheck.isSingle(config)) {
      System.err.println(SingleWriterCheck.sentence(config));
    }
    SparkSession spark = SparkSessions.open(config, "splatline " + id);
    try {
      RunBatch batch = new RunBatch(spark, id, config, System.err);
      try (StopSignal signal = StopSignal.onInterrupt(batch::stop)) {
        RunSummary summary = batch.run();
        System.out.print(SummaryText.of(summary));
        new Notifications(config.notifications()).send(summary.notice(), System.err);
        return signal.exitCode(summary.exitCode());
      }
    } catch (ConfigException e) {
      throw e;
    } catch (RuntimeException e) {
      LOG.error("Cannot finish run {}", id, e);
      System.err.printf(
          "Cannot finish run %s: %s. Run again with --run-id %s to complete it. Log: %s%n",
          id, Sentences.of(e), id, LogSetup.file());
      return TrainerMain.INTERNAL;
    } finally {
      spark.stop();
    }
  }
}
