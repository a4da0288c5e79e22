package org.splatline.pipeline.cli;

import java.time.Duration;
import java.util.List;
import org.splatline.gpu.Bytes;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.store.UnusedArtifacts;
import org.splatline.pipeline.store.UnusedArtifacts.Count;

/**
 * Deletes what nobody uses from the store of a configuration, without starting Spark.
 *
 * @param unusedFor how long nobody has used it
 */
record ArtifactsMaintenance(Duration unusedFor) {

  /** Deletes it; returns what was deleted, one line per stage. */
  TextTable run(PipelineConfig config) {
    return table("deleted", unused(config).delete());
  }

  /** Returns what {@link #run} would delete, one line per stage. */
  TextTable dryRun(PipelineConfig config) {
    return table("unused", unused(config).find());
  }

  private UnusedArtifacts unused(PipelineConfig config) {
    return UnusedArtifacts.in(ConfiguredStore.open(config), unusedFor);
  }

  private static TextTable table(String unused, List<Count> counts) {
    TextTable lines = new TextTable(List.of("stage", "artifacts", "size", unused, "size of these"));
    counts.forEach(count -> lines.add(line(count.name(), count)));
    lines.add(
        line(
            "all",
            new Count(
                "",
                counts.stream().mapToLong(Count::all).sum(),
                counts.stream().mapToLong(Count::bytes).sum(),
                counts.stream().mapToLong(Count::unused).sum(),
                counts.stream().mapToLong(Count::unusedBytes).sum())));
    return lines;
  }

  private static List<String> line(String name, Count count) {
    return List.of(
        name,
        Long.toString(count.all()),
        Bytes.text(count.bytes()),
        Long.toString(count.unused()),
        Bytes.text(count.unusedBytes()));
  }
}
