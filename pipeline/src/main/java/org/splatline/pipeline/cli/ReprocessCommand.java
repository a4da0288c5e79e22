package org.splatline.pipeline.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.splatline.gpu.cli.ConfigOptions;
import org.splatline.gpu.config.ConfigException;
import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.report.ReprocessPlan;
import org.splatline.pipeline.spark.SparkSessions;
import org.splatline.pipeline.store.Location;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code splatline reprocess}: runs scenes of the tables again, chosen by SQL. */
@Command(
    name = "reprocess",
    description =
        "Run scenes of the tables again, as with another profile; results lie beside the old.",
    footer = {
      "",
      "Example: splatline reprocess --where \"psnr < 25 and camera like 'DJI%'\" --profile quality --dry-run",
      "WHERE may use the columns of tables scenes and of view metrics_latest, and ask any table."
    })
final class ReprocessCommand implements Callable<Integer> {
  @Option(
      names = "--where",
      paramLabel = "SQL",
      required = true,
      description = "which scenes, over the columns of scenes and metrics_latest")
  private String where;

  @ArgGroup(multiplicity = "1")
  private Decision decision;

  /** Look, or leap. */
  private static final class Decision {
    @SuppressWarnings("UnusedVariable") // the other is asked
    @Option(names = "--dry-run", description = "print the plan: scenes, GPU hours, cost")
    private boolean dryRun;

    @Option(names = "--go", description = "print the plan and run it")
    private boolean go;
  }

  @Option(
      names = "--run-id",
      paramLabel = "NAME",
      description = "of the new run; default: reprocess- and the time, UTC")
  private String runId;

  @Mixin private ConfigOptions options;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    String id = runId == null ? "reprocess-" + Splatline.timeStamp() : RunCommand.checked(runId);
    PipelineConfig config = config(options.reader("progressive"));
    ReprocessPlan plan =
        TablesOptions.ask(
            config,
            "reprocess",
            tables ->
                ReprocessPlan.of(tables, SqlStatement.condition(where), config.train().profile()));
    PrintWriter out = spec.commandLine().getOut();
    plan.scenes().forEach(scene -> out.println(scene.id() + "  " + scene.source()));
    out.println(plan.sentence(id));
    out.flush();
    if (!decision.go) {
      return 0;
    }
    if (plan.scenes().isEmpty()) {
      throw new ConfigException(
          "Cannot reprocess: no scene is chosen by %s. Look with sql first".formatted(where));
    }
    Location store = Location.open(config.storePlace(), SparkSessions.hadoop(config.spark()));
    Location manifest = store.at("runs/" + id);
    manifest.write("scenes.jsonl", plan.manifest());
    return BatchRun.run(
        id, config(options.reader("progressive").flag("input.path", manifest.uri("scenes.jsonl"))));
  }

  private static PipelineConfig config(ConfigurationReader reader) {
    return PipelineConfig.of(reader.read());
  }
}
