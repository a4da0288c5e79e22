package org.splatline.pipeline.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.splatline.gpu.cli.ConfigOptions;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.report.ModelFiles;
import org.splatline.pipeline.report.Verification;
import org.splatline.pipeline.report.Verifier;
import org.splatline.pipeline.run.RunView;
import org.splatline.pipeline.spark.SparkSessions;
import org.splatline.pipeline.store.Json;
import org.splatline.pipeline.store.Store;
import org.splatline.pipeline.table.Tables;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code splatline verify}: holds the tables against the stored files, and back. */
@Command(
    name = "verify",
    description = "Hold the tables' rows against the stored files, and back.",
    footer = {"", "Exit codes: 0 they agree, 1 they don't, 64 usage."})
final class VerifyCommand implements Callable<Integer> {
  private static final int FAULTS = 1;

  @Option(names = "--run-id", paramLabel = "NAME", description = "only this run; default: all")
  private String runId;

  @Option(names = "--hashes", description = "download each model and hash it")
  private boolean hashes;

  @Option(names = "--repair", description = "first commit what drivers left half done")
  private boolean repair;

  @Option(names = "--json", description = "print JSON, each orphan too")
  private boolean json;

  @Mixin private ConfigOptions options;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PipelineConfig config = PipelineConfig.of(options.read("progressive"));
    Configuration hadoop = SparkSessions.hadoop(config.spark());
    Store store = Store.open(config.storePlace(), hadoop);
    if (runId != null) {
      RunView.find(store, runId);
    }
    List<String> runs = runId == null ? store.runs() : List.of(runId);
    PrintWriter err = spec.commandLine().getErr();
    ModelFiles models = new ModelFiles(hadoop, hashes);
    Function<Tables, Verification> look =
        tables ->
            new Verifier(store, tables, models, line -> err.println("verify: " + line)).run(runs);
    Function<Tables, Verification> repairFirst =
        tables -> {
          Verifier.repair(store, tables, runs);
          return look.apply(tables);
        };
    Verification found =
        repair
            ? TablesOptions.change(config, "verify", repairFirst)
            : TablesOptions.ask(config, "verify", look);
    PrintWriter out = spec.commandLine().getOut();
    out.println(json ? new String(Json.write(found), UTF_8) : text(found));
    out.flush();
    return found.faults().isEmpty() ? 0 : FAULTS;
  }

  private static String text(Verification found) {
    StringBuilder text = new StringBuilder();
    for (Verification.Fault fault : found.faults()) {
      String about = String.join(" ", fault.kind().name(), fault.runId(), fault.sceneId()).strip();
      text.append("%s: %s%n".formatted(about, fault.what()));
    }
    if (!found.orphans().isEmpty()) {
      text.append(
          "%d places that no row speaks of, %.1f MB; --json names them%n"
              .formatted(
                  found.orphans().size(),
                  found.orphans().stream().mapToLong(Verification.Orphan::bytes).sum() / 1e6));
    }
    return text.append(
            "%d rows and %d files looked at, %d faults"
                .formatted(found.rows(), found.files(), found.faults().size()))
        .toString();
  }
}
