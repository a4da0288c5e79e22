package org.splatline.pipeline.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.splatline.pipeline.table.Maintenance;
import org.splatline.pipeline.table.Table;
import org.splatline.pipeline.table.Tables;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code splatline maintain}: packs the tables' files, and deletes old ones. */
@Command(
    name = "maintain",
    description = "Pack the tables' small files and delete those that no recent version needs.",
    footer = {"", "Once a week is enough; runs may go on meanwhile."})
final class MaintainCommand implements Callable<Integer> {
  @Option(
      names = "--keep",
      paramLabel = "DAYS",
      description = "how far back the tables can be read, at least 7 (default: ${DEFAULT-VALUE})")
  private int keep = 30;

  @Option(names = "--dry-run", description = "change nothing, print what there is to do")
  private boolean dryRun;

  @Mixin private TablesOptions tables;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Maintenance.check(Duration.ofDays(keep));
    TextTable lines = new TextTable(List.of("table", "files", "after", "deletable"));
    if (dryRun) {
      tables.ask("maintain", asked -> fill(lines, asked));
    } else {
      tables.change("maintain", asked -> fill(lines, asked));
    }
    PrintWriter out = spec.commandLine().getOut();
    out.print(lines);
    out.flush();
    return 0;
  }

  private Void fill(TextTable lines, Tables asked) {
    Maintenance maintenance = asked.maintenance();
    for (Table<?> table : Tables.all()) {
      spec.commandLine().getErr().println("maintain: " + table.name());
      Maintenance.Outcome outcome =
          dryRun ? maintenance.dryRun(table) : maintenance.run(table, Duration.ofDays(keep));
      lines.add(
          List.of(
              outcome.table(),
              Long.toString(outcome.files()),
              Long.toString(outcome.filesAfter()),
              Long.toString(outcome.deletable())));
    }
    return null;
  }
}
