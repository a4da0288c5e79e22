package org.splatline.pipeline.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.splatline.gpu.config.Units;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code splatline cancel}: asks the driver of a run to stop, wherever it runs. */
@Command(
    name = "cancel",
    description = "Cancel a run, or some of its scenes.",
    footer = {
      "",
      "Exit codes: 0 cancelled, 2 not cancelled within --wait, 64 wrong usage, 70 internal error."
    })
final class CancelCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private RunOptions run;

  @Option(
      names = "--scene",
      paramLabel = "NAME",
      description = "cancel only this scene; may be repeated (default: the whole run)")
  private List<String> scenes = new ArrayList<>();

  @Option(
      names = "--wait",
      paramLabel = "TIME",
      defaultValue = "30s",
      description = "how long to wait until it is cancelled (default: ${DEFAULT-VALUE})")
  private String wait;

  @Override
  public Integer call() throws InterruptedException {
    return new RunCancellation(run.config(), run.runId(), scenes, spec.commandLine().getOut())
        .run(Units.duration(wait), wait);
  }
}
