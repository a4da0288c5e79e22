package org.splatline.pipeline.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.report.RunReport;
import org.splatline.pipeline.store.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code splatline report}: prints the figures of one run, or writes them as pages. */
@Command(
    name = "report",
    description =
        "Print a run's verdicts, quality, sizes and cost, or write pages with its models (docs/pages.md).")
final class ReportCommand implements Callable<Integer> {
  @Option(names = "--run-id", paramLabel = "NAME", required = true, description = "the run")
  private String runId;

  @Option(names = "--json", description = "print JSON")
  private boolean json;

  @Option(
      names = "--out",
      paramLabel = "PATH",
      description = "write pages for a browser to this folder or s3a:// prefix")
  private String out;

  @Option(
      names = "--single-file",
      paramLabel = "SCENE",
      description =
          "instead of the site write the page of this scene alone, as one file that opens from disk; may be repeated")
  private List<String> singleFiles = List.of();

  @Mixin private TablesOptions tables;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    if (out == null && !singleFiles.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "--single-file needs --out: say which folder the file goes to");
    }
    PipelineConfig config = tables.config();
    PrintWriter answer = spec.commandLine().getOut();
    if (out != null) {
      PrintWriter words = spec.commandLine().getErr();
      Consumer<String> progress =
          line -> {
            words.println("report: " + line);
            words.flush();
          };
      RunPages.write(config, runId, out, singleFiles, progress).forEach(answer::println);
    } else {
      RunReport report = RunFigures.report(config, runId);
      answer.println(json ? new String(Json.write(report), UTF_8) : ReportText.of(report));
    }
    answer.flush();
    return 0;
  }
}
