package org.splatline.pipeline.cli;

import java.util.function.Function;
import org.splatline.gpu.config.ConfigException;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.run.SingleWriterCheck;
import org.splatline.pipeline.spark.SparkSessions;
import org.splatline.pipeline.store.Location;
import org.splatline.pipeline.table.Table;
import org.splatline.pipeline.table.Tables;

/** Starts Spark for one piece of work on the tables of a configuration, and stops it after. */
final class TablesSession {
  private TablesSession() {}

  /** Reads the tables. Throws {@link ConfigException} when they are missing. */
  static <T> T read(PipelineConfig config, String command, Function<Tables, T> work) {
    Location tables = find(config);
    try (CommandSpark spark = CommandSpark.open(config.spark(), command)) {
      return work.apply(new Tables(spark.session(), tables.uri()));
    }
  }

  /**
   * Changes the tables; other drivers may write to them at the same time. Throws {@link
   * ConfigException} when the tables are missing.
   */
  static <T> T change(PipelineConfig config, String command, Function<Tables, T> work) {
    return read(SingleWriterCheck.ofTables(find(config), config), command, work);
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
