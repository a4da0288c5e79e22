package org.splatline.pipeline.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.splatline.gpu.cli.TrainerMain;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.report.Verification;
import org.splatline.pipeline.store.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code splatline verify}: checks that table rows and stored files agree. */
@Command(
    name = "verify",
    description = "Check that table rows and stored files agree.",
    footer = {"", "Exit codes: 0 they agree, 1 they disagree, 64 wrong usage, 70 internal error."})
final class VerifyCommand implements Callable<Integer> {
  @Option(
      names = "--run-id",
      paramLabel = "NAME",
      description = "check only this run (default: all runs)")
  private String runId;

  @Option(names = "--hashes", description = "also download each model and compare its hash")
  private boolean hashes;

  @Option(names = "--repair", description = "first complete commits that drivers left unfinished")
  private boolean repair;

  @Option(names = "--json", description = "print JSON, with every orphaned place")
  private boolean json;

  @Mixin private PlaceOptions options;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PipelineConfig config = PipelineConfig.of(options.read("progressive"));
    Verification found =
        new TablesVerification(config, hashes, repair, spec.commandLine().getErr()).run(runId);
    PrintWriter out = spec.commandLine().getOut();
    out.println(json ? new String(Json.write(found), UTF_8) : VerificationText.of(found));
    out.flush();
    return found.faults().isEmpty() ? 0 : TrainerMain.FAULTS_FOUND;
  }
}
