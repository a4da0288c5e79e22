package org.splatline.pipeline.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code splatline reprocess}: runs scenes again that a SQL condition selects from the tables. */
@Command(
    name = "reprocess",
    description =
        "Run scenes again that SQL selects from the tables, for example with another profile. Earlier results stay.",
    footer = {
      "",
      "Example: splatline reprocess --where \"psnr < 25 and camera like 'DJI%%'\" --profile quality --dry-run",
      "--where may use the columns of table scenes and of view metrics_latest, and query any table.",
      RunCommand.EXIT_CODES
    })
final class ReprocessCommand implements Callable<Integer> {
  @Option(
      names = "--where",
      paramLabel = "SQL",
      required = true,
      description = "which scenes, over the columns of scenes and metrics_latest")
  private String where;

  @ArgGroup(multiplicity = "1")
  private Mode mode;

  /** Only print the plan, or run it too. */
  private static final class Mode {
    @SuppressWarnings("UnusedVariable") // only the other option is read
    @Option(names = "--dry-run", description = "print the plan: scenes, GPU hours, cost")
    private boolean dryRun;

    @Option(names = "--go", description = "print the plan and run it")
    private boolean go;
  }

  @Option(
      names = "--run-id",
      paramLabel = "NAME",
      description = "name of the new run (default: reprocess- and the time in UTC)")
  private String runId;

  @Mixin private PlaceOptions options;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    String id = runId == null ? "reprocess-" + RunIds.now() : RunIds.checked(runId);
    Reprocessing work = new Reprocessing(id, where, options);
    return mode.go
        ? work.run(spec.commandLine().getOut())
        : work.dryRun(spec.commandLine().getOut());
  }
}
