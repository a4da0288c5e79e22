package org.splatline.pipeline.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
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
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

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

  /** What can hold any word: literals and comments. */
  private static final Pattern OPAQUE =
      Pattern.compile("(?s)'(\\\\.|[^'\\\\])*'|\"(\\\\.|[^\"\\\\])*\"|--[^\\n]*|/\\*.*?\\*/");

  private static final Pattern READS =
      Pattern.compile(
          "(?is)[\\s(]*(select|with|from|values|table|describe|desc|show|explain)\\b.*");

  /** Spark lets a query's first words end in a write: with x as (…) delete from y. */
  private static final Pattern WRITES =
      Pattern.compile(
          "(?i)\\b(insert\\s+(into|overwrite)|delete\\s+from|merge\\s+(with\\s|into)|update\\s+\\S+)\\b");

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

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PipelineConfig config =
        PipelineConfig.of(options.reader("progressive").flag("tables.path", tables).read());
    String words = OPAQUE.matcher(query).replaceAll(" ");
    if (!READS.matcher(words).matches() || WRITES.matcher(words).find()) {
      throw new ConfigException(
          "Cannot run %s: sql only reads, as with select; the tables are written by run alone"
              .formatted(query.strip().lines().findFirst().orElse("nothing")));
    }
    Configuration hadoop = SparkSessions.hadoop(config.spark());
    Location place = Location.open(config.tablesPlace(), hadoop);
    List<String> names = tableNames(place);
    SparkSession spark = SparkSessions.open(config.spark(), "splatline sql");
    try {
      for (String name : names) {
        spark.read().format("delta").load(place.uri(name)).createOrReplaceTempView(name);
      }
      print(spark.sql(query));
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

  private void print(Dataset<Row> answer) {
    List<Row> lines = answer.takeAsList(rows + 1);
    TextTable table = new TextTable(List.of(answer.columns()));
    for (Row line : lines.subList(0, Math.min(rows, lines.size()))) {
      table.add(IntStream.range(0, line.size()).mapToObj(i -> cell(line.get(i))).toList());
    }
    PrintWriter out = spec.commandLine().getOut();
    out.print(table);
    if (lines.size() > rows) {
      out.printf("There are more than %d rows: raise --rows%n", rows);
    }
    out.flush();
  }

  private static String cell(Object value) {
    return value == null ? "" : value.toString().lines().findFirst().orElse("");
  }

  private int failed(Exception e, List<String> names) {
    LOG.error("Cannot answer {}", query, e);
    if (e instanceof AnalysisException) {
      spec.commandLine()
          .getErr()
          .printf(
              "Cannot answer the query: %s. Tables: %s%n",
              Sentences.of(e), String.join(", ", names));
      return TrainerMain.USAGE;
    }
    spec.commandLine()
        .getErr()
        .printf("Cannot answer the query: %s. The log: %s%n", Sentences.of(e), Splatline.logFile());
    return TrainerMain.INTERNAL;
  }
}
