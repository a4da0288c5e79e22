package org.splatline.pipeline.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.Bytes;
import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.input.HostileInputs;
import org.splatline.pipeline.input.IntakeCosts;
import org.splatline.pipeline.spark.SharedSpark;
import org.splatline.pipeline.table.SceneRunRow;
import org.splatline.pipeline.table.TableTemplate;

/**
 * All hostile inputs and three good scenes, as one batch. {@code -Dsplatline.update=true} prints
 * the table of docs/hostile-inputs.md, with what each input took.
 */
class HostileInputsIT {
  private static final Path PAGE = Path.of("../docs/hostile-inputs.md");
  private static final String FROM = "<!-- printed by HostileInputsIT -->\n";
  private static final String TO = "<!-- to here -->\n";
  private static final List<String> GOOD = List.of("good-garden", "good-street", "good-town");

  /** Inputs that no process reads, since their size alone is too large. */
  private static final int NEVER_READ = 2;

  /** What a JVM of intake takes beside its heap, at most. */
  private static final long BESIDE_HEAP = 300L << 20;

  /** What a process of intake writes beside what it unpacks: its task, its answer, its log. */
  private static final long BESIDE_FILES = 1L << 20;

  private static final IntakeCosts.Sum NOTHING = new IntakeCosts.Sum(0, 0, 0, 0, 0);

  @TempDir Path folder;

  @Test
  void eachGetsItsVerdictAndGoodScenesAreTrained() throws IOException {
    Path canary = Files.writeString(folder.resolve("canary"), "untouched");
    Path scenes = folder.resolve("in/scenes");
    Map<String, HostileInputs.Input> inputs = HostileInputs.write(scenes);
    Map<String, Verdict> expected = new TreeMap<>();
    inputs.forEach((name, input) -> expected.put(name, input.verdict()));
    for (String good : GOOD) {
      TinyScene.write(scenes.resolve(good), GOOD.indexOf(good));
      expected.put(good, Verdict.OK);
    }

    RunSummary summary;
    Map<String, IntakeCosts.Sum> costs;
    try (IntakeCosts log = new IntakeCosts()) {
      summary = run();
      costs = log.sums();
    }

    Map<String, Verdict> got =
        summary.scenes().stream()
            .collect(Collectors.toMap(SceneRunRow::sceneId, SceneRunRow::verdict));
    assertThat(new TreeMap<>(got)).as(details(summary)).isEqualTo(expected);
    assertThat(expected).doesNotContainValue(Verdict.INTERNAL).hasSizeGreaterThan(80);
    assertThat(summary.stoppedBecause()).isNull();
    assertRows(summary);
    assertThat(canary).hasContent("untouched");
    try (Stream<Path> beside = Files.list(folder)) {
      assertThat(beside.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("canary", "in", "store");
    }
    assertCosts(costs, expected);
    assertPage(inputs, costs);
  }

  private static void assertRows(RunSummary summary) {
    assertThat(summary.scenes())
        .allSatisfy(
            row -> {
              assertThat(row.attempt()).as("never tried again").isEqualTo(1);
              if (!GOOD.contains(row.sceneId())) {
                assertThat(row.stage()).isIn("ingest", "sfm");
                assertThat(row.metrics()).isNull();
                assertThat(row.verdictDetail()).startsWith("Cannot ").contains(": ", ". ");
              }
            });
  }

  /** One process checks, and one writes the files of a scene that passes. */
  private static void assertCosts(
      Map<String, IntakeCosts.Sum> costs, Map<String, Verdict> expected) {
    assertThat(costs.keySet())
        .isSubsetOf(expected.keySet())
        .hasSizeGreaterThanOrEqualTo(expected.size() - NEVER_READ);
    assertThat(costs.values())
        .allSatisfy(
            cost -> {
              assertThat(cost.processes()).as("never tried again").isLessThanOrEqualTo(2);
              assertThat(cost.seconds()).isBetween(0.01, cost.processes() * mostSeconds());
              assertThat(cost.memory())
                  .isBetween(20L << 20, HostileInputs.LIMITS.ingestMemory() + BESIDE_HEAP);
              assertThat(cost.disk())
                  .isBetween(1L, HostileInputs.LIMITS.archiveBytes() + BESIDE_FILES);
            });
  }

  private static double mostSeconds() {
    return HostileInputs.LIMITS.ingestTime().toSeconds();
  }

  /** The inputs and verdicts must be those of the page. What they took is printed, not compared. */
  private static void assertPage(
      Map<String, HostileInputs.Input> inputs, Map<String, IntakeCosts.Sum> costs)
      throws IOException {
    String page = Files.readString(PAGE);
    int from = page.indexOf(FROM) + FROM.length();
    int to = page.indexOf(TO);
    if (Boolean.getBoolean("splatline.update")) {
      page = page.substring(0, from) + printed(inputs, costs) + page.substring(to);
      Files.writeString(PAGE, page);
    }
    List<String> rows = new ArrayList<>();
    inputs.values().forEach(input -> rows.add(row(input)));
    assertThat(
            page.lines()
                .filter(line -> rows.contains(firstCells(line)))
                .map(line -> firstCells(line)))
        .as("run this test with -Dsplatline.update=true")
        .containsExactlyElementsOf(rows);
  }

  private static String row(HostileInputs.Input input) {
    return "| %s | %s |".formatted(input.what(), input.verdict());
  }

  private static String firstCells(String line) {
    String[] cells = line.split(" \\| ", -1);
    return cells.length < 2 ? "" : cells[0] + " | " + cells[1] + " |";
  }

  private static String printed(
      Map<String, HostileInputs.Input> inputs, Map<String, IntakeCosts.Sum> costs) {
    StringBuilder text = new StringBuilder("| input | verdict | seconds | memory | disk |\n");
    text.append("|---|---|---:|---:|---:|\n");
    inputs.forEach(
        (name, input) ->
            text.append(row(input))
                .append(" %s |\n".formatted(costs.getOrDefault(name, NOTHING).cells())));
    int processes = costs.values().stream().mapToInt(IntakeCosts.Sum::processes).sum();
    text.append(
        String.format(
            Locale.ROOT,
            "\nTogether with three good scenes: %d processes, %.0f s of processors, %.0f s by the clock. The largest took %s of memory and %s of disk.\nThe bound is %.0f s for each process, %.0f s for all.\n",
            processes,
            costs.values().stream().mapToDouble(IntakeCosts.Sum::processorSeconds).sum(),
            costs.values().stream().mapToDouble(IntakeCosts.Sum::seconds).sum(),
            Bytes.text(costs.values().stream().mapToLong(IntakeCosts.Sum::memory).max().orElse(0)),
            Bytes.text(costs.values().stream().mapToLong(IntakeCosts.Sum::disk).max().orElse(0)),
            mostSeconds(),
            processes * mostSeconds()));
    return text.toString();
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
                    "store.path=" + folder.resolve("store"),
                    "sfm.colmap=" + folder.resolve("no-colmap"), // no scene gets this far
                    "train.steps=20",
                    "export.formats=[ply]",
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
