package org.splatline.pipeline.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.cli.TrainerMain;
import org.splatline.gpu.config.ConfigException;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.spark.SparkSessions;
import org.splatline.pipeline.store.Location;
import org.splatline.pipeline.store.Place;
import org.splatline.pipeline.table.ReadOnlySql;
import org.splatline.pipeline.table.TableViews;
import picocli.CommandLine;

/** Runs queries over the tables and writes their answers. */
final class SqlQueries {
  private static final Logger LOG = LoggerFactory.getLogger(SqlQueries.class);

  private final PipelineConfig config;
  private final Location tables;
  private final String before;
  private final AnswerWriter writer;
  private final CommandLine command;

  private String current = "the query"; // the query that runs, for error messages

  /**
   * @param before query the tables as they were when this run began; null: as they are
   */
  SqlQueries(PipelineConfig config, String before, AnswerWriter writer, CommandLine command) {
    this.config = config;
    this.tables = Location.open(config.tablesPlace(), SparkSessions.hadoop(config.spark()));
    this.before = before;
    this.writer = writer;
    this.command = command;
  }

  /**
   * Runs the statements in order; returns the exit code.
   *
   * @param out the folder to write to; null: answers are printed
   */
  int run(List<SqlStatement> statements, Map<String, String> parameters, java.nio.file.Path out) {
    TableViews views = new TableViews(tables);
    try (CommandSpark spark = CommandSpark.open(config.spark(), "sql")) {
      register(views, spark.session());
      ReadOnlySql readOnly = new ReadOnlySql(spark.session(), places());
      for (SqlStatement statement : statements) {
        current = statement.title();
        readOnly.checkQuery(statement.text());
        Dataset<Row> answer = spark.session().sql(statement.text(), SqlValues.of(parameters));
        write(statement, answer, out);
      }
      return 0;
    } catch (ConfigException e) {
      throw e;
    } catch (Exception e) { // Spark throws checked exceptions that its methods do not declare
      return explain(e, views.names());
    }
  }

  /** Where queries may name files: in the tables, and in the store for its pictures. */
  private List<Place> places() {
    Place here = Place.parse(config.tablesPlace());
    Place store =
        config.store().path().isBlank()
            ? new Place(new Path(here.path(), "../results")) // of a store with its tables in it
            : Place.parse(config.storePlace());
    return List.of(here, store);
  }

  private void register(TableViews views, SparkSession spark) {
    if (before == null) {
      views.register(spark);
    } else {
      views.registerBefore(spark, before);
    }
  }

  private void write(SqlStatement statement, Dataset<Row> answer, java.nio.file.Path out)
      throws IOException {
    if (out == null) {
      writer.print(answer, command.getOut());
    } else {
      writer.write(answer, out, statement.name());
    }
  }

  private int explain(Exception e, List<String> names) {
    LOG.error("Cannot answer {}", current, e);
    PrintWriter err = command.getErr();
    Optional<String> damage = DamagedTable.sentence(e, tables);
    if (damage.isPresent()) {
      err.println(damage.get());
      return TrainerMain.INTERNAL;
    }
    if (e instanceof AnalysisException) {
      err.printf(
          "Cannot answer %s: %s. Tables and views: %s%n",
          current, Sentences.of(e), String.join(", ", names));
      return TrainerMain.USAGE;
    }
    err.printf("Cannot answer %s: %s. Log: %s%n", current, Sentences.of(e), LogSetup.file());
    return TrainerMain.INTERNAL;
  }
}
