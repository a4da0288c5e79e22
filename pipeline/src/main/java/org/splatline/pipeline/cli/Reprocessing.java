package org.splatline.pipeline.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.PrintWriter;
import org.splatline.gpu.config.ConfigException;
import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.input.InputConfig;
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
    return BatchRun.run(
        runId,
        config(
            reader()
                .flag("input.path", folder.uri("scenes.jsonl"))
                .flag("input.roots", roots(config.input()))));
  }

  /** Where the scenes' local sources may be: where they may be without this command. */
  private static ArrayNode roots(InputConfig input) {
    ArrayNode roots = JsonNodeFactory.instance.arrayNode();
    input.roots().forEach(roots::add);
    String path = input.path();
    if (roots.isEmpty() && path != null && !path.isBlank()) {
      boolean isFile = path.endsWith(".jsonl");
      roots.add(isFile ? path.substring(0, path.lastIndexOf('/') + 1) + "." : path);
    }
    return roots;
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
