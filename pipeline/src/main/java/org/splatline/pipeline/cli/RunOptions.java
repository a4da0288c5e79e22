package org.splatline.pipeline.cli;

import org.apache.hadoop.conf.Configuration;
import org.splatline.gpu.cli.ConfigOptions;
import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.spark.SparkSessions;
import org.splatline.pipeline.store.Store;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which run of which store: the options of commands that look at a run from outside. */
final class RunOptions {
  @Option(names = "--run-id", paramLabel = "NAME", required = true, description = "the run")
  private String runId;

  @Option(
      names = "--store",
      paramLabel = "PLACE",
      description = "folder or s3a:// prefix of the store; default: as configured")
  private String place;

  @Mixin private ConfigOptions options;

  String runId() {
    return runId;
  }

  /** The store, without starting Spark. */
  Store store() {
    ConfigurationReader reader = options.reader("progressive");
    if (place != null) {
      reader.flag("store.path", place);
    }
    PipelineConfig config = PipelineConfig.of(reader.read());
    Configuration hadoop = SparkSessions.hadoop(config.spark());
    return Store.open(config.storePlace(), hadoop);
  }
}
