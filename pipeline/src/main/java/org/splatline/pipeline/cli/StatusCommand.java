package org.splatline.pipeline.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code splatline status}: shows the progress of a run. */
@Command(name = "status", description = "Show a run's progress, one line per scene.")
final class StatusCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private RunOptions run;

  @Option(names = "--json", description = "print JSON")
  private boolean json;

  @Option(names = "--watch", description = "print it again every 5 s until the run has ended")
  private boolean watch;

  @Override
  public Integer call() throws InterruptedException {
    RunProgress progress =
        new RunProgress(run.config(), run.runId(), json, spec.commandLine().getOut());
    if (watch) {
      progress.watch();
    } else {
      progress.print();
    }
    return 0;
  }
}
