package org.splatline.pipeline.cli;

import java.util.List;
import org.splatline.gpu.config.ConfigException;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.store.Place;
import org.splatline.pipeline.table.GlueCatalog;

/** Registers the tables of a configuration in AWS Glue's catalogue. */
final class GlueRegistration {
  private GlueRegistration() {}

  /**
   * Returns what was done, one line per table or view.
   *
   * @param region empty: as the AWS SDK finds it
   */
  static List<String> run(PipelineConfig config, String database, String region) {
    try {
      return TablesSession.read(
          config,
          "register",
          tables ->
              GlueCatalog.register(
                      tables.spark(), Place.parse(config.tablesPlace()), database, region)
                  .stream()
                  .map(change -> line(change, database))
                  .toList());
    } catch (NoClassDefFoundError e) { // Spark has run without the SDK's module
      throw new ConfigException(
          "Cannot register tables in Glue: the glue module of the AWS SDK is missing from the class path. Hadoop's bundle has it: add software.amazon.awssdk:bundle to spark.jars.packages",
          e);
    }
  }

  private static String line(GlueCatalog.Change change, String database) {
    return "%s %s.%s: %s"
        .formatted(
            change.kind(), database, change.name(), change.created() ? "created" : "updated");
  }
}
