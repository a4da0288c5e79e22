package org.splatline.pipeline.cli;

import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.pipeline.config.PipelineConfig;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of commands that look at one run of a store from outside. */
final class RunOptions {
  @Option(names = "--run-id", paramLabel = "NAME", required = true, description = "the run")
  private String runId;

  @Option(
      names = "--store",
      paramLabel = "PLACE",
      description = "folder or s3a:// prefix of the store (default: as configured)")
  private String place;

  @Mixin private PlaceOptions options;

  String runId() {
    return runId;
  }

  /** The configuration, with {@code --store} in it where it was given. */
  PipelineConfig config() {
    ConfigurationReader reader = options.reader("progressive");
    if (place != null) {
      reader.flag("store.path", place);
    }
    return PipelineConfig.of(reader.read());
  }
}
