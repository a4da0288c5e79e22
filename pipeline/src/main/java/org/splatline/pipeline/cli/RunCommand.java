package org.splatline.pipeline.cli;

import java.util.concurrent.Callable;
import org.splatline.pipeline.config.PipelineConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code splatline run}: turns a batch of photographed scenes into models and table rows. */
@Command(
    name = "run",
    description = "Turn the photographs of each scene into a published model and table rows.",
    footer = {
      "",
      RunCommand.EXIT_CODES,
      "Start it again with the same --run-id to complete the run."
    })
final class RunCommand implements Callable<Integer> {
  static final String EXIT_CODES =
      "Exit codes: 0 all scenes done, 2 some scenes not done, 3 stopped early, 64 wrong usage, 70 internal error.";

  @Option(
      names = "--run-id",
      paramLabel = "NAME",
      description = "letters, digits, dot, dash and underscore (default: the time in UTC)")
  private String runId;

  @Mixin private PlaceOptions options;

  @Override
  public Integer call() {
    String id = runId == null ? RunIds.now() : RunIds.checked(runId);
    PipelineConfig config = PipelineConfig.of(options.read("progressive"));
    return BatchRun.run(id, config);
  }
}
