package org.splatline.pipeline.cli;

import org.splatline.pipeline.config.PipelineConfig;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of commands that read or change the tables of a configuration. */
final class TablesOptions {
  @Option(
      names = "--tables",
      paramLabel = "PATH",
      description = "folder or s3a:// prefix of the tables (default: as configured)")
  private String place;

  @Mixin private PlaceOptions options;

  /** The configuration, with {@code --tables} in it where it was given. */
  PipelineConfig config() {
    return configWithStore(null);
  }

  /**
   * The same, with another store in it.
   *
   * @param store null: as configured
   */
  PipelineConfig configWithStore(String store) {
    return PipelineConfig.of(
        options.reader("progressive").flag("tables.path", place).flag("store.path", store).read());
  }
}
