package org.splatline.pipeline.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.input.HostileInputs;
import org.splatline.pipeline.input.IntakeHere;
import org.splatline.pipeline.input.Manifest;
import org.splatline.pipeline.input.SceneFinder;
import org.splatline.pipeline.input.SceneInput;
import org.splatline.pipeline.input.SceneSource;
import org.splatline.pipeline.store.LocalFolder;
import org.splatline.pipeline.store.Location;

/**
 * All hostile inputs, given to the same classes that the tasks of ingest and of structure from
 * motion use, without Spark. HostileInputsIT runs some of them through a real batch.
 */
class HostileInputsTest {
  private static final Path TABLE = Path.of("../docs/hostile-inputs.md");

  @TempDir Path folder;

  @Test
  void eachGetsItsVerdictBeforeAnyTraining() throws Exception {
    Path canary = Files.writeString(folder.resolve("canary"), "untouched");
    Path input = folder.resolve("in/scenes");
    Map<String, HostileInputs.Input> inputs = HostileInputs.write(input);
    Map<String, Verdict> expected = new TreeMap<>();
    inputs.forEach((name, hostile) -> expected.put(name, hostile.verdict()));
    PipelineConfig config = config(input);

    Map<String, Verdict> got = new TreeMap<>();
    Map<String, String> details = new TreeMap<>();
    for (SceneSource scene :
        SceneFinder.find("hostile", Location.open(input.toString(), hadoop()), config.input())) {
      try {
        check(scene, config);
        got.put(scene.id(), Verdict.OK);
      } catch (SceneException e) {
        got.put(scene.id(), e.verdict());
        details.put(scene.id(), e.getMessage());
      } catch (RuntimeException e) { // what a batch calls INTERNAL
        got.put(scene.id(), Verdict.INTERNAL);
        details.put(scene.id(), e.toString());
      }
    }

    assertThat(got).as(details.toString()).isEqualTo(expected).hasSizeGreaterThanOrEqualTo(40);
    assertThat(details.values())
        .hasSameSizeAs(inputs.keySet())
        .allSatisfy(detail -> assertThat(detail).startsWith("Cannot ").contains(": ", ". "));
    assertThat(canary).hasContent("untouched");
    try (Stream<Path> beside = Files.list(folder)) {
      assertThat(beside.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("canary", "in");
    }
    String rows = String.join("\n", rows(inputs));
    assertThat(Files.readString(TABLE)).as("its table should be\n" + rows).contains(rows);
  }

  /** What the tasks do before training. */
  private static void check(SceneSource scene, PipelineConfig config)
      throws IOException, InterruptedException {
    SceneInput input = new SceneInput(scene.id(), Location.open(scene.uri(), hadoop()));
    try (SceneInput.Upload upload = input.fetch(config.limits());
        LocalFolder work = LocalFolder.temporary("hostile")) {
      IntakeHere intake = new IntakeHere(scene.id(), upload.path(), config, work.path());
      Manifest manifest = intake.check();
      boolean bringsModel = manifest.bringsModel();
      int minViews = config.train().train().minViews();
      manifest.requirePhotographs(bringsModel ? minViews : config.sfm().minImages());
      if (bringsModel) {
        Path usable = intake.keepWithModel(manifest);
        new BroughtModel(config.sfm(), config.train().train().minPresentShare(), minViews)
            .checked(scene, usable, work.path().resolve("scene"), line -> {});
      }
    }
  }

  private static Configuration hadoop() {
    return new Configuration();
  }

  private static PipelineConfig config(Path input) {
    List<String> settings = new ArrayList<>(HostileInputs.SETTINGS);
    settings.add("input.path=" + input);
    return PipelineConfig.of(
        ConfigurationReader.withDefaultProfile("vanilla").settings(settings).read());
  }

  private static List<String> rows(Map<String, HostileInputs.Input> inputs) {
    List<String> rows = new ArrayList<>();
    inputs.forEach(
        (name, input) -> rows.add("| %s | %s |".formatted(input.what(), input.verdict())));
    return rows;
  }
}
