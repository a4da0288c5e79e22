package org.splatline.pipeline.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code splatline submit-legacy}: runs a job of the users' earlier pipeline. */
@Command(
    name = "submit-legacy",
    description =
        "Run a job as the earlier pipeline took it: a JSON object with jobId, s3Url, pipelineStep and so on (docs/operations/legacy.md).",
    footer = {"", RunCommand.EXIT_CODES, "Start it again with the same job to complete the run."})
final class SubmitLegacyCommand implements Callable<Integer> {
  @Option(
      names = "--job",
      paramLabel = "PLACE",
      required = true,
      description = "the file with the job, here or on S3")
  private String job;

  @Option(names = "--dry-run", description = "only print which run it would be")
  private boolean dryRun;

  @Mixin private PlaceOptions options;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    LegacySubmission work = new LegacySubmission(job, options, spec.commandLine().getOut());
    return dryRun ? work.dryRun() : work.run();
  }
}
