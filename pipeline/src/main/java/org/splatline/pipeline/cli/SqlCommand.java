package org.splatline.pipeline.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
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
import org.splatline.pipeline.table.TableViews;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code splatline sql}: asks the tables. */
@Command(
    name = "sql",
    description =
        "Ask the tables, and the view metrics_latest: each scene's newest answer. What they hold:"
            + " splatline schema.",
    footer = {
      "",
      "Example: splatline sql \"select scene_id, verdict, psnr from scene_runs where published\""
    })
final class SqlCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(SqlCommand.class);

  @ArgGroup(multiplicity = "1")
  private Asked asked;

  /** One query, or files of one each. */
  private static final class Asked {
    @Parameters(paramLabel = "QUERY", description = "in Spark SQL; each table is a view")
    private String query;

    @Option(
        names = "--file",
        paramLabel = "FILE",
        description = "a file that holds one query; may be repeated")
    private List<Path> files = List.of();

    List<SqlStatement> statements() {
      return query == null
          ? files.stream().map(SqlStatement::read).toList()
          : List.of(SqlStatement.of(query));
    }
  }

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}; json: an object a line (default: ${DEFAULT-VALUE})")
  private AnswerFormat format = AnswerFormat.TABLE;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "write each answer to a file here, named after its --file, else answer")
  private Path out;

  @Option(
      names = "--param",
      paramLabel = "NAME=VALUE",
      description = "value of :NAME in the query; may be repeated")
  private Map<String, String> parameters = Map.of();

  @Option(
      names = "--before",
      paramLabel = "RUN_ID",
      description = "the tables as they were when this run began")
  private String before;

  @Option(
      names = "--tables",
      paramLabel = "PATH",
      description = "folder or s3a:// prefix of the tables; default: as configured")
  private String tables;

  @Option(names = "--rows", paramLabel = "N", description = "print at most N rows (default: 1000)")
  private int rows = 1000;

  @Mixin private ConfigOptions options;

  @Spec private CommandSpec spec;

  private String asking = "the query"; // what is at work, for messages

  @Override
  public Integer call() {
    PipelineConfig config =
        PipelineConfig.of(options.reader("progressive").flag("tables.path", tables).read());
    List<SqlStatement> statements = asked.statements();
    if (out == null && format == AnswerFormat.PARQUET) {
      throw new ConfigException("Missing --out: parquet is written to a folder");
    }
    TableViews views =
        new TableViews(Location.open(config.tablesPlace(), SparkSessions.hadoop(config.spark())));
    return SparkSessions.within(
        config.spark(), "splatline sql", spark -> answer(statements, views, spark));
  }

  private int answer(List<SqlStatement> statements, TableViews views, SparkSession spark) {
    try {
      register(views, spark);
      for (SqlStatement statement : statements) {
        asking = statement.title();
        write(statement.name(), spark.sql(statement.text(), SqlValues.of(parameters)));
      }
      return 0;
    } catch (ConfigException e) {
      throw e;
    } catch (Exception e) { // Spark's are checked, and its methods don't declare them
      return failed(e, views.names());
    }
  }

  private void register(TableViews views, SparkSession spark) {
    if (before == null) {
      views.register(spark);
    } else {
      views.register(spark, views.versionsBefore(spark, before));
    }
  }

  private void write(String name, Dataset<Row> answer) throws IOException {
    if (out == null) {
      format.print(answer, rows, spec.commandLine().getOut());
      return;
    }
    Path file = Files.createDirectories(out).resolve(name + format.ending());
    if (format == AnswerFormat.PARQUET) {
      AnswerFormat.parquet(answer, file);
      return;
    }
    try (PrintWriter writer = new PrintWriter(Files.newBufferedWriter(file))) {
      format.print(answer, rows, writer);
      if (writer.checkError()) {
        throw new IOException("Cannot write " + file + ": the disk may be full");
      }
    }
  }

  private int failed(Exception e, List<String> names) {
    LOG.error("Cannot answer {}", asking, e);
    PrintWriter err = spec.commandLine().getErr();
    Optional<String> damage = DamagedTable.sentence(e);
    if (damage.isPresent()) {
      err.println(damage.get());
      return TrainerMain.INTERNAL;
    }
    if (e instanceof AnalysisException) {
      err.printf(
          "Cannot answer %s: %s. Tables and views: %s%n",
          asking, Sentences.of(e), String.join(", ", names));
      return TrainerMain.USAGE;
    }
    err.printf("Cannot answer %s: %s. The log: %s%n", asking, Sentences.of(e), Splatline.logFile());
    return TrainerMain.INTERNAL;
  }
}
