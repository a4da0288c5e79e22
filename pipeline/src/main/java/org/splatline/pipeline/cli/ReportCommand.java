package org.splatline.pipeline.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.splatline.pipeline.report.RunReport;
import org.splatline.pipeline.store.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code splatline report}: prints the figures of one run from the tables. */
@Command(name = "report", description = "Print a run's verdicts, quality, sizes and cost.")
final class ReportCommand implements Callable<Integer> {
  @Option(names = "--run-id", paramLabel = "NAME", required = true, description = "the run")
  private String runId;

  @Option(names = "--json", description = "print JSON")
  private boolean json;

  @Mixin private TablesOptions tables;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    RunReport report = RunFigures.report(tables.config(), runId);
    PrintWriter out = spec.commandLine().getOut();
    out.println(json ? new String(Json.write(report), UTF_8) : ReportText.of(report));
    out.flush();
    return 0;
  }
}
