package org.splatline.pipeline.cli;

import java.util.Locale;
import java.util.concurrent.Callable;
import org.splatline.pipeline.table.TablesText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code splatline schema}: prints the columns of the tables. */
@Command(
    name = "schema",
    description = "Print the columns, units, keys and constraints of the tables.")
final class SchemaCommand implements Callable<Integer> {
  /** The formats of the text. */
  private enum Format {
    MARKDOWN,
    SQL;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Option(
      names = "--format",
      paramLabel = "NAME",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  private Format format = Format.MARKDOWN;

  @Option(
      names = "--tables",
      paramLabel = "PATH",
      description =
          "with --format sql: folder or s3a:// prefix of the tables (default: ${DEFAULT-VALUE})")
  private String tables = "s3a://bucket/tables";

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    String text =
        switch (format) {
          case MARKDOWN -> TablesText.markdown();
          case SQL -> TablesText.sql(tables);
        };
    spec.commandLine().getOut().print(text);
    spec.commandLine().getOut().flush();
    return 0;
  }
}
