package org.splatline.pipeline.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.input.HostileInputs;
import org.splatline.pipeline.spark.SharedSpark;
import org.splatline.pipeline.table.SceneRunRow;
import org.splatline.pipeline.table.TableTemplate;

/** A real batch with one hostile input of each kind. HostileInputsTest checks all of them. */
class HostileInputsIT {
  private static final List<String> SOME =
      List.of("zip-up", "jpg-cut-off", "many-pixels", "names-of-lines", "images-lead-out");

  @TempDir Path folder;

  @Test
  void eachGetsItsVerdictBeforeAnyTraining() throws IOException {
    Path canary = Files.writeString(folder.resolve("canary"), "untouched");
    Map<String, HostileInputs.Input> inputs = HostileInputs.write(folder.resolve("in/scenes"));
    Map<String, Verdict> expected = new TreeMap<>();
    SOME.forEach(name -> expected.put(name, inputs.get(name).verdict()));

    RunSummary summary = run();

    Map<String, Verdict> got =
        summary.scenes().stream()
            .collect(Collectors.toMap(SceneRunRow::sceneId, SceneRunRow::verdict));
    assertThat(new TreeMap<>(got)).as(details(summary)).isEqualTo(expected);
    assertThat(summary.scenes())
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
  }

  private static String details(RunSummary summary) {
    return summary.scenes().stream()
        .map(row -> row.sceneId() + " " + row.verdict() + ": " + row.verdictDetail())
        .collect(Collectors.joining("\n"));
  }

  private RunSummary run() {
    TableTemplate.emptyBelow(folder.resolve("store"));
    List<String> settings =
        Stream.concat(
                Stream.of(
                    "input.path=" + folder.resolve("in/scenes"),
                    "input.scenes=" + String.join(",", SOME),
                    "store.path=" + folder.resolve("store"),
                    "sfm.colmap=" + folder.resolve("no-colmap"), // no scene gets this far
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
