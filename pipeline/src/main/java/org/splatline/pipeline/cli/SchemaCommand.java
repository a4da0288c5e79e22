package org.splatline.pipeline.cli;

import java.util.Locale;
import java.util.concurrent.Callable;
import org.splatline.pipeline.table.TablesText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code splatline schema}: what the tables hold. */
@Command(name = "schema", description = "Print the tables: columns, units, keys, constraints.")
final class SchemaCommand implements Callable<Integer> {
  /** How it is written. */
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
      description = "with sql: where the tables are to lie (default: ${DEFAULT-VALUE})")
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
