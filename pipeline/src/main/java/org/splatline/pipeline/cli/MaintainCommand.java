package org.splatline.pipeline.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.splatline.gpu.config.Units;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code splatline maintain}: compacts the tables' files and deletes old ones. */
@Command(
    name = "maintain",
    description =
        "Compact the tables' small files and delete files that no recent version needs; or delete artifacts of the store that nobody uses.",
    footer = {"", "Once a week is enough. Runs may continue at the same time."})
final class MaintainCommand implements Callable<Integer> {
  @Option(
      names = "--keep",
      paramLabel = "DAYS",
      description =
          "how many days back the tables stay readable, at least 7 (default: ${DEFAULT-VALUE})")
  private int keep = 30;

  @Option(
      names = "--artifacts",
      description =
          "not the tables: delete the store's artifacts and checkpoints that no run has used for --unused-for and no published result refers to")
  private boolean artifacts;

  @Option(
      names = "--unused-for",
      paramLabel = "TIME",
      description = "with --artifacts: at least 7d (default: 30d)")
  private String unusedFor;

  @Option(
      names = "--store",
      paramLabel = "PLACE",
      description =
          "with --artifacts: folder or s3a:// prefix of the store (default: as configured)")
  private String store;

  @Option(names = "--dry-run", description = "only print what would be done")
  private boolean dryRun;

  @Mixin private TablesOptions tables;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    if (!artifacts && (unusedFor != null || store != null)) {
      throw new ParameterException(
          spec.commandLine(), "--unused-for and --store need --artifacts: tables have --keep");
    }
    PrintWriter out = spec.commandLine().getOut();
    out.print(artifacts ? ofArtifacts() : ofTables());
    out.flush();
    return 0;
  }

  private Object ofTables() {
    TablesMaintenance work =
        new TablesMaintenance(Duration.ofDays(keep), spec.commandLine().getErr());
    return dryRun ? work.dryRun(tables.config()) : work.run(tables.config());
  }

  private Object ofArtifacts() {
    ArtifactsMaintenance work =
        new ArtifactsMaintenance(Units.duration(unusedFor == null ? "30d" : unusedFor));
    return dryRun
        ? work.dryRun(tables.configWithStore(store))
        : work.run(tables.configWithStore(store));
  }
}
