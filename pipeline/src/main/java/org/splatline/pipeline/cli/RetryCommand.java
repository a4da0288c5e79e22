package org.splatline.pipeline.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.splatline.pipeline.config.PipelineConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code splatline retry}: tries scenes again that have failed for good. */
@Command(
    name = "retry",
    description = "Retry failed scenes.",
    footer = {
      "",
      "Without --verdict and --scene it retries all scenes that are not OK.",
      RunCommand.EXIT_CODES
    })
final class RetryCommand implements Callable<Integer> {
  @Option(names = "--run-id", paramLabel = "NAME", required = true, description = "the run")
  private String runId;

  @Option(
      names = "--verdict",
      paramLabel = "NAME",
      split = ",",
      description = "only scenes with these verdicts")
  private List<String> verdicts = new ArrayList<>();

  @Option(names = "--scene", paramLabel = "NAME", split = ",", description = "only these scenes")
  private List<String> scenes = new ArrayList<>();

  @Mixin private PlaceOptions options;

  @Override
  public Integer call() {
    SceneRetry retry = new SceneRetry(runId, SceneRetry.verdicts(verdicts), scenes);
    PipelineConfig config = PipelineConfig.of(options.read("progressive"));
    retry.check(config);
    return BatchRun.run(runId, config, retry::reopen);
  }
}
