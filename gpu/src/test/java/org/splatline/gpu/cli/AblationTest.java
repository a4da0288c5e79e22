package org.splatline.gpu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.splatline.gpu.backend.DeviceMemoryException;
import org.splatline.gpu.config.Configuration;
import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.gpu.cpu.CpuBackend;
import org.splatline.gpu.format.ExportConfig;
import org.splatline.gpu.metric.MetricsJson;
import org.splatline.gpu.metric.SceneMetrics;
import org.splatline.gpu.scene.Scene;
import org.splatline.gpu.train.SceneTraining;
import org.splatline.gpu.train.TinyScene;
import org.splatline.gpu.train.TrainConfig;

/** Rows, seeds, counts and the table. Most figures are made up. */
class AblationTest {
  private static final AblationRow BLUR =
      AblationRow.of(part("blur"), part("blur").settings(configuration("published")));

  private final List<String> said = new ArrayList<>();

  private static AblationPart part(String name) {
    return AblationPart.named(List.of(name)).get(0);
  }

  private static Configuration configuration(String profile, String... settings) {
    return ConfigurationReader.withDefaultProfile(profile).settings(List.of(settings)).read();
  }

  private static Configuration configuration(AblationRow row, long seed) {
    ConfigurationReader reader =
        ConfigurationReader.withDefaultProfile("published")
            .profile(row.profile())
            .settings(
                List.of(
                    "train.steps=600",
                    "train.sh-degree=1",
                    "train.plateau.mode=off",
                    "densify.max-gaussians=300",
                    "densify.grow-gradient=1e-7",
                    "densify.opacity-reset-every-steps=30000",
                    "densify.prune-opacity=1.0e-6",
                    "densify.prune-scale=1000"))
            .flag("train.seed", seed);
    row.settings().forEach(reader::flag);
    return reader.read();
  }

  /** Made-up metrics: 30 dB and 10 s, more for higher seeds and without blur. */
  private static SceneMetrics madeUp(Configuration configuration, Path out) throws IOException {
    TrainConfig config = TrainConfig.of(configuration);
    double more = config.train().seed() + (config.train().blur().sigma() == 0 ? 0.5 : 0);
    Files.createDirectories(out);
    Path file = out.resolve("metrics.json");
    Files.writeString(
        file,
        String.format(
            Locale.ROOT,
            "{\"psnr\": %s, \"ssim\": 0.9, \"gaussians\": 1000, \"steps\": 24000, \"stopped_by\":"
                + " \"plateau\", \"train_seconds\": %s, \"peak_device_bytes\": 1073741824,"
                + " \"render_fps\": 250, \"device\": \"A card\", \"config_hash\": \"%s\","
                + " \"quality_word\": \"%s\","
                + " \"targets\": {}, \"files\": {\"model.ply\": 248000}}",
            30 + more,
            10 + more,
            configuration.hash(),
            30 + more < 33 ? "fair" : "good"));
    return MetricsJson.read(file);
  }

  private Ablation ablation(Path folder, Ablation.Training training, Long... seeds) {
    return new Ablation(folder, List.of(seeds), AblationTest::configuration, training, said::add);
  }

  private static AblationTable table(List<Ablation.Result> results, Long... seeds) {
    return new AblationTable(
        "fox",
        "progressive",
        30_000,
        List.of(seeds),
        LocalDate.of(2026, 1, 31),
        "bin/splatline ablate --scene fox",
        List.of(),
        results);
  }

  @Test
  void figuresAreMeansWithTheirSpread(@TempDir Path folder) throws IOException {
    List<Ablation.Result> results =
        ablation(folder, AblationTest::madeUp, 1L, 2L, 3L).run(List.of(AblationRow.ALL, BLUR));
    assertThat(table(results, 1L, 2L, 3L).section())
        .contains(
            "A card; profile progressive, 30,000 steps; means over seeds 1, 2, 3, ± half the"
                + " range; 2026-01-31.\n\n"
                + "    bin/splatline ablate --scene fox\n\n")
        .contains(
            "| all |  | 32.00 ± 1.00 | fair, good | – | 0.9000 ± 0.0000 | 12.0 ± 1.0 | – | 1,000 |"
                + " 248,000 | 1.0 GiB | 250 | plateau at 24,000 |\n")
        .contains(
            "| 32.50 ± 1.00 | fair, good | +0.50 | 0.9000 ± 0.0000 | 12.5 ± 1.0 | +0.5 | 1,000 |");
  }

  @Test
  void oneThatFailsCostsNoOtherItsRow(@TempDir Path folder) throws IOException {
    Ablation.Training training =
        (configuration, out) -> {
          if (TrainConfig.of(configuration).train().blur().sigma() == 0) {
            throw new DeviceMemoryException("no | room");
          }
          return madeUp(configuration, out);
        };
    AblationRow last = AblationRow.of(part("antialiasing"), Map.of("train.antialiased", "true"));
    List<Ablation.Result> results =
        ablation(folder, training, 1L, 2L).run(List.of(AblationRow.ALL, BLUR, last));
    assertThat(results)
        .extracting(Ablation.Result::failure)
        .containsExactly(null, "no | room", null);
    assertThat(table(results, 1L, 2L).section())
        .contains("| – | – | – | – | – | – | – | – | – | – | failed: no \\| room |\n");
    assertThat(said)
        .anyMatch(line -> line.equals("3/6 without blur, seed 1: failed: no | room"))
        .anyMatch(line -> line.startsWith("5/6 with antialiasing, seed 1: starts, ETA 0:00 min"));
  }

  /** Trains, and prunes to a half and a quarter of the Gaussians of vanilla with the same seed. */
  @Test
  void sharesOfVanillaAreExact(@TempDir Path photographs, @TempDir Path folder) throws IOException {
    Scene scene = TinyScene.write(photographs);
    Ablation.Training training =
        (configuration, out) -> {
          try (CpuBackend backend = new CpuBackend(2)) {
            ExportConfig export = ExportConfig.PLY;
            TrainConfig config = TrainConfig.of(configuration);
            return SceneTraining.run(scene, config, export, backend, out, (p, steps, b) -> {})
                .metrics();
          }
        };
    List<Ablation.Result> results =
        ablation(folder, training, 5L)
            .run(List.of(AblationRow.VANILLA, AblationRow.keeping(0.5), AblationRow.keeping(0.25)));
    int vanilla = results.get(0).runs().get(0).gaussians();
    assertThat(vanilla).isGreaterThan(20);
    assertThat(results.get(1).runs().get(0).gaussians()).isEqualTo(vanilla / 2);
    assertThat(results.get(2).runs().get(0).gaussians()).isEqualTo(vanilla / 4);
    assertThat(results)
        .extracting(result -> result.row().words())
        .containsExactly("vanilla", "vanilla / 2", "vanilla / 4");
  }

  @Test
  void onlyTheScenesOwnSectionIsReplaced() {
    AblationTable fox = table(List.of(), 1L);
    String created = fox.in("");
    assertThat(created).startsWith("# Ablation\n\nWhat each").endsWith("|---|\n");
    String others =
        "# Ours\n\nWords.\n\n## chair\n\nold chair\n\n## fox\n\nold\n\n## foxes\n\nkept\n";
    assertThat(fox.in(others))
        .isEqualTo(
            "# Ours\n\nWords.\n\n## chair\n\nold chair\n\n%s\n\n## foxes\n\nkept\n"
                .formatted(fox.section().strip()));
    assertThat(fox.in(created)).isEqualTo(created);
  }

  /** Each part changes profile progressive, except parts that it does not use. */
  @ParameterizedTest
  @CsvSource({"progressive, 26", "vanilla, 17"})
  void partsChangeWhatTheProfileHas(String profile, int changing) {
    Configuration whole = configuration(profile, "train.steps=3000");
    long count =
        AblationPart.ALL.stream()
            .filter(
                part -> {
                  ConfigurationReader reader =
                      ConfigurationReader.withDefaultProfile(profile).flag("train.steps", 3000);
                  part.settings(whole).forEach(reader::flag);
                  TrainConfig switched = TrainConfig.of(reader.read()); // every one can be used
                  return !switched.configHash().equals(whole.hash());
                })
            .count();
    assertThat(count).isEqualTo(changing);
  }

  /** Parts that a profile has on are switched off. */
  @Test
  void partsOfGrowthSwitchBothWays() {
    Configuration on =
        configuration(
            "vanilla",
            "densify.growth=error",
            "densify.grow-gradient=0",
            "densify.budget=auto",
            "densify.split=long-axis",
            "densify.opacity-decay=0.99");
    ConfigurationReader reader = ConfigurationReader.withDefaultProfile("vanilla");
    for (String name : List.of("error-growth", "long-axis", "opacity-decay")) {
      part(name).settings(on).forEach(reader::flag);
    }
    assertThat(TrainConfig.of(reader.read()).densify())
        .isEqualTo(TrainConfig.of(configuration("vanilla")).densify());
    assertThat(part("error-growth").settings(configuration("vanilla")))
        .containsEntry("densify.growth", "error")
        .containsEntry("densify.budget", "auto");
  }

  @Test
  void withoutCoarsePhasesStepsScaleAsBefore() {
    Configuration whole = configuration("progressive", "train.steps=3000");
    ConfigurationReader reader =
        ConfigurationReader.withDefaultProfile("progressive").flag("train.steps", 3000);
    part("resolution").settings(whole).forEach(reader::flag);
    TrainConfig switched = TrainConfig.of(reader.read());
    assertThat(switched.train().phases()).hasSize(1).allMatch(phase -> phase.scale() == 1);
    assertThat(switched.densify()).isEqualTo(TrainConfig.of(whole).densify());
    assertThat(switched.prune()).isEqualTo(TrainConfig.of(whole).prune());
    assertThat(switched.train().blur()).isEqualTo(TrainConfig.of(whole).train().blur());
  }

  @Test
  void withoutResetsNoneIsDueAlsoOnWhite() {
    for (String profile : List.of("vanilla", "progressive")) {
      Configuration whole = configuration(profile);
      ConfigurationReader reader = ConfigurationReader.withDefaultProfile(profile);
      part("opacity-reset").settings(whole).forEach(reader::flag);
      TrainConfig switched = TrainConfig.of(reader.read());
      for (int step = 1; step <= 30_000; step++) {
        assertThat(switched.densify().isOpacityResetAt(step, 30_000, true)).isFalse();
      }
    }
  }
}
