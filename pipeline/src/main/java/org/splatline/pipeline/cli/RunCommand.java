package org.splatline.pipeline.cli;

import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.cli.ConfigOptions;
import org.splatline.gpu.cli.TrainerMain;
import org.splatline.gpu.config.ConfigException;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.job.RunBatch;
import org.splatline.pipeline.job.RunSummary;
import org.splatline.pipeline.spark.SparkSessions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code splatline run}: a batch of scenes, from photographs to models and rows. */
@Command(
    name = "run",
    description = "Take each scene of a batch from photographs to a published model and rows.",
    footer = {
      "",
      "Exit codes: 0 all scenes done, 2 some not, 3 stopped early, 64 usage, 70 ours.",
      "The same --run-id once more completes the run."
    })
final class RunCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);

  @Option(
      names = "--run-id",
      paramLabel = "NAME",
      description = "letters, digits, dot, dash, underscore; default: the time, UTC")
  private String runId;

  @Mixin private ConfigOptions options;

  @Override
  public Integer call() {
    String id = runId == null ? Splatline.timeStamp() : runId;
    if (!id.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}")) {
      throw new ConfigException(
          "Invalid --run-id: %s. Take letters, digits, dot, dash and underscore".formatted(id));
    }
    PipelineConfig config = PipelineConfig.of(options.read("progressive"));
    RunBatch.check(id, config, SparkSessions.hadoop(config.spark()));
    SparkSession spark = SparkSessions.open(config.spark(), "splatline " + id);
    try {
      RunBatch batch = new RunBatch(spark, id, config, System.err);
      try (StopSignal signal = StopSignal.onInterrupt(batch::stop)) {
        RunSummary summary = batch.run();
        System.out.print(SummaryText.of(summary));
        return signal.exitCode(summary.exitCode());
      }
    } catch (ConfigException e) {
      throw e;
    } catch (RuntimeException e) {
      LOG.error("Cannot finish run {}", id, e);
      System.err.printf(
          "Cannot finish run %s: %s. Run again with --run-id %s to complete it. The log: %s%n",
          id, Sentences.of(e), id, Splatline.logFile());
      return TrainerMain.INTERNAL;
    } finally {
      spark.stop();
    }
  }
}
