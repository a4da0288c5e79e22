package org.splatline.pipeline.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.input.HostileInputs;
import org.splatline.pipeline.spark.SharedSpark;
import org.splatline.pipeline.table.SceneRunRow;

/** A batch of everything that strangers upload and that can't become a model. */
class HostileInputsIT {
  private static final Path TABLE = Path.of("../docs/hostile-inputs.md");

  @TempDir Path folder;

  @Test
  @Tag("one-lane")
  void eachGetsItsVerdictBeforeAnyTraining() throws IOException {
    Path canary = Files.writeString(folder.resolve("canary"), "untouched");
    Map<String, HostileInputs.Input> inputs = HostileInputs.write(folder.resolve("in/scenes"));
    Map<String, Verdict> expected = new TreeMap<>();
    inputs.forEach((name, input) -> expected.put(name, input.verdict()));

    RunSummary summary = run();

    Map<String, Verdict> got =
        summary.scenes().stream()
            .collect(Collectors.toMap(SceneRunRow::sceneId, SceneRunRow::verdict));
    assertThat(new TreeMap<>(got)).as(details(summary)).isEqualTo(expected);
    assertThat(summary.scenes())
        .hasSizeGreaterThanOrEqualTo(40)
        .allSatisfy(
            row -> {
              assertThat(row.stage()).isIn("ingest", "sfm");
              assertThat(row.metrics()).isNull();
              assertThat(row.verdictDetail()).startsWith("Cannot ").contains(": ", ". ");
            });
    assertThat(summary.gpuUse()).isNull();
    assertThat(canary).hasContent("untouched");
    try (Stream<Path> beside = Files.list(folder)) {
      assertThat(beside.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("canary", "in", "store");
    }
    String rows = String.join("\n", rows(inputs));
    assertThat(Files.readString(TABLE)).as("its table should be\n" + rows).contains(rows);
  }

  private static List<String> rows(Map<String, HostileInputs.Input> inputs) {
    List<String> rows = new ArrayList<>();
    inputs.forEach(
        (name, input) -> rows.add("| %s | %s |".formatted(input.what(), input.verdict())));
    return rows;
  }

  private static String details(RunSummary summary) {
    return summary.scenes().stream()
        .map(row -> row.sceneId() + " " + row.verdict() + ": " + row.verdictDetail())
        .collect(Collectors.joining("\n"));
  }

  private RunSummary run() {
    List<String> settings =
        Stream.concat(
                Stream.of(
                    "input.path=" + folder.resolve("in/scenes"),
                    "store.path=" + folder.resolve("store"),
                    "sfm.colmap=" + folder.resolve("no-colmap"), // none comes so far
                    "spark.stop-after-alike=0",
                    "spark.parallel-scenes=4"),
                HostileInputs.SETTINGS.stream())
            .toList();
    PipelineConfig config =
        PipelineConfig.of(
            ConfigurationReader.withDefaultProfile("vanilla").settings(settings).read());
    return new RunBatch(
            SharedSpark.session(),
            "hostile",
            config,
            new PrintStream(OutputStream.nullOutputStream()))
        .run();
  }
}
