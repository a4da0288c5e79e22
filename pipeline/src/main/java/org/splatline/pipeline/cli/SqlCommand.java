package org.splatline.pipeline.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.cli.ConfigOptions;
import org.splatline.gpu.cli.TrainerMain;
import org.splatline.gpu.config.ConfigException;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.spark.SparkSessions;
import org.splatline.pipeline.store.Location;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code splatline sql}: asks the tables. */
@Command(
    name = "sql",
    description = "Ask the tables: runs, scene_runs, training_curve, view_metrics, models.",
    footer = {
      "",
      "Example: splatline sql \"select scene_id, verdict, psnr from scene_runs where published\""
    })
final class SqlCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(SqlCommand.class);

  @Parameters(paramLabel = "QUERY", description = "in Spark SQL; each table is a view")
  private String query;

  @Option(
      names = "--tables",
      paramLabel = "PATH",
      description = "folder or s3a:// prefix of the tables; default: as configured")
  private String tables;

  @Option(names = "--rows", paramLabel = "N", description = "print at most N rows (default: 1000)")
  private int rows = 1000;

  @Mixin private ConfigOptions options;

  @Override
  public Integer call() {
    PipelineConfig config =
        PipelineConfig.of(options.reader("progressive").flag("tables.path", tables).read());
    Configuration hadoop = SparkSessions.hadoop(config.spark());
    Location place = Location.open(config.tablesPlace(), hadoop);
    List<String> names = tableNames(place);
    SparkSession spark = SparkSessions.open(config.spark(), "splatline sql");
    try {
      for (String name : names) {
        spark.read().format("delta").load(place.uri(name)).createOrReplaceTempView(name);
      }
      spark.sql(query).show(rows, 0, false);
      return 0;
    } catch (Exception e) { // Spark's are checked, and its methods don't declare them
      return failed(e, names);
    } finally {
      spark.stop();
    }
  }

  private static List<String> tableNames(Location place) {
    List<String> names =
        place.folders().stream().filter(name -> place.exists(name + "/_delta_log")).toList();
    if (names.isEmpty()) {
      throw new ConfigException(
          "Cannot find tables in %s: no folder there is a Delta table. Give the --config of a run, or --tables"
              .formatted(place));
    }
    return names;
  }

  private int failed(Exception e, List<String> names) {
    LOG.error("Cannot answer {}", query, e);
    if (e instanceof AnalysisException) {
      System.err.printf(
          "Cannot answer the query: %s. Tables: %s%n", Sentences.of(e), String.join(", ", names));
      return TrainerMain.USAGE;
    }
    System.err.printf(
        "Cannot answer the query: %s. The log: %s%n", Sentences.of(e), Splatline.logFile());
    return TrainerMain.INTERNAL;
  }
}
