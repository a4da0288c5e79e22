package org.splatline.pipeline.cli;

import java.util.concurrent.Callable;
import org.splatline.gpu.cli.ConfigOptions;
import org.splatline.gpu.config.ConfigException;
import org.splatline.pipeline.config.PipelineConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code splatline run}: a batch of scenes, from photographs to models and rows. */
@Command(
    name = "run",
    description = "Take each scene of a batch from photographs to a published model and rows.",
    footer = {
      "",
      "Exit codes: 0 all scenes done, 2 some not, 3 stopped early, 64 usage, 70 ours.",
      "The same --run-id once more completes the run."
    })
final class RunCommand implements Callable<Integer> {
  @Option(
      names = "--run-id",
      paramLabel = "NAME",
      description = "letters, digits, dot, dash, underscore; default: the time, UTC")
  private String runId;

  @Mixin private ConfigOptions options;

  @Override
  public Integer call() {
    String id = runId == null ? Splatline.timeStamp() : checked(runId);
    PipelineConfig config = PipelineConfig.of(options.read("progressive"));
    return BatchRun.run(id, config);
  }

  /** A name that can be a folder's; throws {@link ConfigException} for any other. */
  static String checked(String runId) {
    if (!runId.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}")) {
      throw new ConfigException(
          "Invalid --run-id: %s. Take letters, digits, dot, dash and underscore".formatted(runId));
    }
    return runId;
  }
}
