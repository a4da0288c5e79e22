package org.splatline.gpu.cli;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.splatline.gpu.backend.DeviceMemoryException;
import org.splatline.gpu.backend.SplatBackend;
import org.splatline.gpu.config.Configuration;
import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.gpu.format.ExportConfig;
import org.splatline.gpu.metric.SceneMetrics;
import org.splatline.gpu.scene.Scene;
import org.splatline.gpu.train.SceneTraining;
import org.splatline.gpu.train.TrainConfig;
import org.splatline.gpu.verdict.SceneException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code splatline ablate}: measures what each part of training contributes.
 *
 * <pre>
 * splatline ablate --scene scenes/fox --seeds 42,43,44 --keep 0.5,0.25 --out ablation --table docs/ablation.md
 * </pre>
 */
@Command(
    name = "ablate",
    description =
        "Train one scene repeatedly, each time with one part of training switched, and write a"
            + " table.")
final class AblateCommand implements Callable<Integer> {
  /** Enough steps for the JVM to compile the code of a step. */
  private static final int WARM_UP_STEPS = 300;

  @Option(
      names = "--scene",
      required = true,
      paramLabel = "DIR",
      description = "scene folder: images/ with sparse/0/ or transforms*.json")
  private Path folder;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "folder for models and metrics; trainings that are already in it are not repeated"
              + " (default: a temporary folder)")
  private Path out;

  @Option(
      names = "--table",
      paramLabel = "FILE",
      description = "Markdown file whose section for this scene is replaced (default: print it)")
  private Path table;

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      description = "auto, cpu or cuda; auto uses the GPU if there is one (default: auto)")
  private String backendName;

  @Option(names = "--steps", paramLabel = "N", description = "training steps (default: 30000)")
  private Integer steps;

  @Option(
      names = "--seeds",
      paramLabel = "S",
      split = ",",
      defaultValue = "42",
      description = "train with each seed and print means (default: ${DEFAULT-VALUE})")
  private List<Long> seeds = new ArrayList<>();

  @Option(
      names = "--parts",
      paramLabel = "NAME",
      split = ",",
      description = "parts to switch (default: every part)")
  private List<String> parts = new ArrayList<>();

  @Option(
      names = "--keep",
      paramLabel = "SHARE",
      split = ",",
      description =
          "also prune to these shares of vanilla's Gaussians, for example 0.5,0.25 (default: none)")
  private List<Double> keep = new ArrayList<>();

  @Mixin private ConfigOptions options;

  @Spec private CommandSpec spec;

  private final Clock clock = Clock.systemUTC();
  private boolean isWarm;

  @Override
  public Integer call() throws IOException {
    checkArgument(
        seeds.stream().distinct().count() == seeds.size(),
        "Invalid --seeds: a seed is given twice. Give each seed once");
    Configuration whole = configuration(AblationRow.ALL, seeds.get(0));
    List<String> leftOut = new ArrayList<>();
    List<AblationRow> rows = rows(whole, leftOut);
    Path work = out == null ? Files.createTempDirectory("splatline-ablate") : out;
    try (OutFolder held = OutFolder.take(work, "splatline ablate")) {
      Scene scene = SceneFolders.open(folder, held.path(), whole);
      Ablation ablation =
          new Ablation(
              work.resolve(scene.id()),
              seeds,
              this::configuration,
              (configuration, place) -> train(scene, configuration, place),
              this::say);
      List<Ablation.Result> results = ablation.run(rows);
      write(
          new AblationTable(
              scene.id(),
              whole.profile(),
              TrainConfig.of(whole).train().steps(),
              seeds,
              LocalDate.now(clock),
              command(),
              leftOut,
              results));
      boolean isWhole = results.stream().allMatch(result -> result.failure() == null);
      return isWhole ? 0 : TrainerMain.SCENES_FAILED;
    } finally {
      if (out == null) {
        SceneFolders.delete(work);
      }
    }
  }

  private Configuration configuration(AblationRow row, long seed) {
    return reader(row, seed).read();
  }

  private ConfigurationReader reader(AblationRow row, long seed) {
    ConfigurationReader reader =
        options
            .reader("progressive")
            .flag("train.backend", backendName)
            .flag("train.steps", steps)
            .flag("train.seed", seed);
    if (row.profile() != null) {
      reader.profile(row.profile());
    }
    row.settings().forEach(reader::flag);
    return reader;
  }

  /** Vanilla, the profile, each part that changes something, the shares of vanilla's Gaussians. */
  private List<AblationRow> rows(Configuration whole, List<String> leftOut) {
    long seed = seeds.get(0);
    List<AblationRow> rows = new ArrayList<>();
    if (!configuration(AblationRow.VANILLA, seed).hash().equals(whole.hash())) {
      rows.add(AblationRow.VANILLA);
    }
    rows.add(AblationRow.ALL);
    for (AblationPart part : AblationPart.named(parts)) {
      Map<String, String> settings = part.settings(whole);
      AblationRow row = AblationRow.of(part, settings);
      if (configuration(row, seed).hash().equals(whole.hash())) {
        leftOut.add(part.name());
      } else {
        rows.add(row);
      }
    }
    for (double share : keep) {
      checkArgument(0 < share && share < 1, "Invalid --keep: %s is not in (0, 1)", share);
      checkArgument(
          TrainConfig.of(whole).prune().lastStep() > 0,
          "Invalid --keep: profile %s doesn't prune. Name another with --profile",
          whole.profile());
      rows.add(AblationRow.keeping(share));
    }
    return rows;
  }

  /** Opens a backend for each run, so that runs share no device memory. */
  private SceneMetrics train(Scene scene, Configuration configuration, Path place)
      throws IOException {
    warmUp(scene, place);
    return trainNow(scene, TrainConfig.of(configuration), place);
  }

  private static SceneMetrics trainNow(Scene scene, TrainConfig config, Path place)
      throws IOException {
    try (SplatBackend backend =
        Backends.open(config.train().backend(), config.train().threads(), config.gpu())) {
      return SceneTraining.run(
              scene, config, ExportConfig.PLY, backend, place, (point, last, deviceBytes) -> {})
          .metrics();
    }
  }

  /** A short training that is not measured. Else the first row would include the JVM's warm-up. */
  private void warmUp(Scene scene, Path place) throws IOException {
    if (isWarm) {
      return;
    }
    isWarm = true;
    int whole = TrainConfig.of(configuration(AblationRow.ALL, seeds.get(0))).train().steps();
    TrainConfig config =
        TrainConfig.of(
            reader(AblationRow.ALL, seeds.get(0))
                .flag("train.steps", Math.min(WARM_UP_STEPS, whole))
                .read());
    try {
      trainNow(scene, config, place);
    } catch (SceneException | DeviceMemoryException e) {
      say("warm-up: %s".formatted(e.getMessage())); // the run itself will fail too
    } finally {
      if (Files.exists(place)) {
        SceneFolders.delete(place);
      }
    }
  }

  private void say(String line) {
    PrintWriter words = spec.commandLine().getErr();
    words.println("ablate " + line);
    words.flush();
  }

  private void write(AblationTable result) throws IOException {
    if (table == null) {
      PrintWriter words = spec.commandLine().getOut();
      words.print(result.section());
      words.flush();
      return;
    }
    String before = Files.exists(table) ? Files.readString(table) : "";
    Path parent = table.toAbsolutePath().getParent();
    Files.createDirectories(parent);
    Files.writeString(table, result.in(before));
    say("wrote %s".formatted(table));
  }

  private String command() {
    return spec.commandLine().getParseResult().originalArgs().stream()
        .map(
            argument -> argument.matches("[\\w@%+=:,./-]+") ? argument : "'%s'".formatted(argument))
        .collect(Collectors.joining(" ", "bin/splatline ", ""));
  }
}
