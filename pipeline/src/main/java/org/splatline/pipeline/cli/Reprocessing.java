package org.splatline.pipeline.cli;

import java.io.PrintWriter;
import org.splatline.gpu.config.ConfigException;
import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.report.ReprocessPlan;
import org.splatline.pipeline.spark.SparkSessions;
import org.splatline.pipeline.store.Location;

/**
 * Plans and runs a new run of scenes that the tables know.
 *
 * @param where SQL condition that selects the scenes
 */
record Reprocessing(String runId, String where, PlaceOptions options) {

  /** Prints the plan; returns the exit code. */
  int dryRun(PrintWriter out) {
    print(plan(config(reader())), out);
    return 0;
  }

  /** Prints the plan and runs it; returns the exit code. */
  int run(PrintWriter out) {
    PipelineConfig config = config(reader());
    ReprocessPlan plan = plan(config);
    print(plan, out);
    if (plan.scenes().isEmpty()) {
      throw new ConfigException(
          "Cannot reprocess: %s selects no scene. Try the condition with splatline sql first"
              .formatted(where));
    }
    Location store = Location.open(config.storePlace(), SparkSessions.hadoop(config.spark()));
    Location folder = store.at("runs/" + runId);
    folder.write("scenes.jsonl", plan.manifest());
    return BatchRun.run(runId, config(reader().flag("input.path", folder.uri("scenes.jsonl"))));
  }

  private ReprocessPlan plan(PipelineConfig config) {
    return TablesSession.read(
        config, "reprocess", tables -> ReprocessPlan.of(tables, where, config.train().profile()));
  }

  private void print(ReprocessPlan plan, PrintWriter out) {
    plan.scenes().forEach(scene -> out.println(scene.id() + "  " + scene.source()));
    out.println(plan.sentence(runId));
    out.flush();
  }

  private ConfigurationReader reader() {
    return options.reader("progressive");
  }

  private static PipelineConfig config(ConfigurationReader reader) {
    return PipelineConfig.of(reader.read());
  }
}
