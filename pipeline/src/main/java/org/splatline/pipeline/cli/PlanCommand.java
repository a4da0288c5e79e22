package org.splatline.pipeline.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.splatline.gpu.config.Units;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.report.BatchPlan;
import org.splatline.pipeline.store.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code splatline plan}: what a batch will take and cost. */
@Command(
    name = "plan",
    description =
        "Estimate machines, hours and cost of a batch before it runs, from earlier runs or stated assumptions.",
    footer = {
      "",
      "Photographs are counted by listing; none is read.",
      "Example: splatline plan --manifest s3://uploads/tonight.jsonl --instance g6.2xlarge --spot"
    })
final class PlanCommand implements Callable<Integer> {
  @Option(
      names = "--manifest",
      paramLabel = "PLACE",
      required = true,
      description = "the batch, as input.path: a .jsonl file, or a folder or prefix of scenes")
  private String manifest;

  @Option(
      names = "--instance",
      paramLabel = "TYPE",
      required = true,
      description = "type of the machines that train, as the price list (cost.prices) names it")
  private String instance;

  @Option(names = "--spot", description = "the machines that train are Spot instances")
  private boolean spot;

  @Option(
      names = "--cpu-instance",
      paramLabel = "TYPE",
      defaultValue = "m6i.4xlarge",
      description = "type of the machines that run COLMAP, on demand (default: ${DEFAULT-VALUE})")
  private String cpuInstance;

  @Option(
      names = "--within",
      paramLabel = "TIME",
      defaultValue = "8h",
      description = "in which time the batch is to be done (default: ${DEFAULT-VALUE})")
  private String within;

  @Option(names = "--json", description = "print JSON")
  private boolean json;

  @Mixin private PlaceOptions options;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    double hours = Units.duration(within).toMillis() / 3.6e6;
    PipelineConfig config =
        PipelineConfig.of(options.reader("progressive").flag("input.path", manifest).read());
    BatchPlan plan =
        new BatchPlanning(config, instance, spot, cpuInstance, hours)
            .run(spec.commandLine().getErr());
    PrintWriter out = spec.commandLine().getOut();
    out.println(json ? new String(Json.write(plan), UTF_8) : BatchPlanText.of(plan));
    out.flush();
    return 0;
  }
}
