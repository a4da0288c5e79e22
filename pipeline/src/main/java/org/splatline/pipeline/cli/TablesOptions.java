package org.splatline.pipeline.cli;

import java.util.function.Function;
import org.splatline.gpu.cli.ConfigOptions;
import org.splatline.gpu.config.ConfigException;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.run.SingleWriterCheck;
import org.splatline.pipeline.spark.SparkSessions;
import org.splatline.pipeline.store.Location;
import org.splatline.pipeline.table.Table;
import org.splatline.pipeline.table.Tables;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which tables: the options of commands that ask them, and Spark around the question. */
final class TablesOptions {
  @Option(
      names = "--tables",
      paramLabel = "PATH",
      description = "folder or s3a:// prefix of the tables; default: as configured")
  private String place;

  @Mixin private ConfigOptions options;

  /** Throws {@link ConfigException} when the tables aren't there. */
  <T> T ask(String command, Function<Tables, T> question) {
    return ask(config(), command, question);
  }

  /** The same of a question that changes the tables: other drivers may write meanwhile. */
  <T> T change(String command, Function<Tables, T> question) {
    return change(config(), command, question);
  }

  private PipelineConfig config() {
    return PipelineConfig.of(options.reader("progressive").flag("tables.path", place).read());
  }

  /** The same of a configuration's tables. */
  static <T> T change(PipelineConfig config, String command, Function<Tables, T> question) {
    return ask(SingleWriterCheck.ofTables(find(config), config), command, question);
  }

  /** The same of a configuration's tables. */
  static <T> T ask(PipelineConfig config, String command, Function<Tables, T> question) {
    Location tables = find(config);
    return SparkSessions.within(
        config.spark(),
        "splatline " + command,
        spark -> question.apply(new Tables(spark, tables.uri())));
  }

  private static Location find(PipelineConfig config) {
    Location tables = Location.open(config.tablesPlace(), SparkSessions.hadoop(config.spark()));
    for (Table<?> table : Tables.all()) {
      if (!tables.exists(table.name() + "/_delta_log")) {
        throw new ConfigException(
            "Cannot find table %s in %s: there is no Delta table. Give the --config of a run, or --tables"
                .formatted(table.name(), tables));
      }
    }
    return tables;
  }
}
