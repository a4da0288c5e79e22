package org.splatline.pipeline.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code splatline maintain}: compacts the tables' files and deletes old ones. */
@Command(
    name = "maintain",
    description = "Compact the tables' small files and delete files that no recent version needs.",
    footer = {"", "Once a week is enough. Runs may continue at the same time."})
final class MaintainCommand implements Callable<Integer> {
  @Option(
      names = "--keep",
      paramLabel = "DAYS",
      description =
          "how many days back the tables stay readable, at least 7 (default: ${DEFAULT-VALUE})")
  private int keep = 30;

  @Option(names = "--dry-run", description = "only print what would be done")
  private boolean dryRun;

  @Mixin private TablesOptions tables;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    TablesMaintenance work =
        new TablesMaintenance(Duration.ofDays(keep), spec.commandLine().getErr());
    PrintWriter out = spec.commandLine().getOut();
    out.print(dryRun ? work.dryRun(tables.config()) : work.run(tables.config()));
    out.flush();
    return 0;
  }
}
