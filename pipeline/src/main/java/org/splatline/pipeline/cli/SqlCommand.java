package org.splatline.pipeline.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.splatline.gpu.config.ConfigException;
import org.splatline.pipeline.config.PipelineConfig;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code splatline sql}: queries the tables. */
@Command(
    name = "sql",
    description =
        "Query the tables, and the view metrics_latest: the newest result of each scene. Columns: splatline schema.",
    footer = {
      "",
      "Example: splatline sql \"select scene_id, verdict, psnr from scene_runs where published\""
    })
final class SqlCommand implements Callable<Integer> {
  @ArgGroup(multiplicity = "1")
  private Query query;

  /** One query on the command line, or files with one query each. */
  private static final class Query {
    @Parameters(paramLabel = "QUERY", description = "a query in Spark SQL; each table is a view")
    private String text;

    @Option(
        names = "--file",
        paramLabel = "FILE",
        description = "a file that holds one query; may be repeated")
    private List<Path> files = List.of();

    List<SqlStatement> statements() {
      return text == null
          ? files.stream().map(SqlStatement::read).toList()
          : List.of(SqlStatement.of(text));
    }
  }

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description =
          "${COMPLETION-CANDIDATES}; json: one object per line (default: ${DEFAULT-VALUE})")
  private AnswerFormat format = AnswerFormat.TABLE;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description =
          "write each answer to a file in this folder, named after its --file or 'answer'")
  private Path out;

  @Option(
      names = "--param",
      paramLabel = "NAME=VALUE",
      description = "value of :NAME in the query; may be repeated")
  private Map<String, String> parameters = Map.of();

  @Option(
      names = "--before",
      paramLabel = "RUN_ID",
      description = "query the runs and scenes that had ended when this run began")
  private String before;

  @Option(
      names = "--rows",
      paramLabel = "N",
      description = "print at most N rows of a table (default: ${DEFAULT-VALUE})")
  private int rows = 1000;

  @Mixin private TablesOptions tables;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PipelineConfig config = tables.config();
    List<SqlStatement> statements = query.statements();
    if (out == null && format == AnswerFormat.PARQUET) {
      throw new ConfigException(
          "Missing --out: parquet cannot be printed. Name a folder to write it to");
    }
    return new SqlQueries(config, before, new AnswerWriter(format, rows), spec.commandLine())
        .run(statements, parameters, out);
  }
}
