package org.splatline.pipeline.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.splatline.pipeline.report.RunComparison;
import org.splatline.pipeline.report.Thresholds;
import org.splatline.pipeline.store.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code splatline compare}: lists the scenes that got better or worse between two runs. */
@Command(
    name = "compare",
    description = "Compare two runs scene by scene, as for a nightly check.",
    footer = {
      "",
      "Exit codes: 0 nothing got worse, 2 something got worse, 64 wrong usage, 70 internal error."
    })
final class CompareCommand implements Callable<Integer> {
  private static final int REGRESSION = 2;

  @Parameters(index = "0", paramLabel = "RUN_A", description = "the earlier run")
  private String before;

  @Parameters(index = "1", paramLabel = "RUN_B", description = "the later run")
  private String after;

  @Option(
      names = "--psnr",
      paramLabel = "DB",
      description = "smallest change in PSNR that counts, dB (default: ${DEFAULT-VALUE})")
  private double psnr = Thresholds.DEFAULT.psnr();

  @Option(
      names = "--ssim",
      paramLabel = "DIFFERENCE",
      description = "smallest change in SSIM that counts (default: ${DEFAULT-VALUE})")
  private double ssim = Thresholds.DEFAULT.ssim();

  @Option(
      names = "--bytes",
      paramLabel = "FACTOR",
      description = "smallest factor in model size that counts (default: ${DEFAULT-VALUE})")
  private double bytes = Thresholds.DEFAULT.bytes();

  @Option(
      names = "--seconds",
      paramLabel = "FACTOR",
      description = "smallest factor in training time that counts (default: ${DEFAULT-VALUE})")
  private double seconds = Thresholds.DEFAULT.seconds();

  @Option(
      names = "--cost",
      paramLabel = "FACTOR",
      description =
          "smallest factor in cost that counts, where both runs did the same stages (default: ${DEFAULT-VALUE})")
  private double cost = Thresholds.DEFAULT.cost();

  @Option(names = "--all", description = "print unchanged scenes too")
  private boolean all;

  @Option(names = "--json", description = "print JSON")
  private boolean json;

  @Mixin private TablesOptions tables;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Thresholds thresholds = new Thresholds(psnr, ssim, bytes, seconds, cost);
    RunComparison comparison = RunFigures.compare(tables.config(), before, after, thresholds);
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        json
            ? new String(Json.write(comparison), UTF_8)
            : all ? ComparisonText.ofAll(comparison) : ComparisonText.ofChanges(comparison));
    out.flush();
    return comparison.worse() > 0 ? REGRESSION : 0;
  }
}
