package org.splatline.gpu.config.earlier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.splatline.gpu.config.ConfigException;
import org.splatline.gpu.config.Configuration;
import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.gpu.format.ExportConfig;
import org.splatline.gpu.train.BlurConfig;
import org.splatline.gpu.train.CheckpointConfig;
import org.splatline.gpu.train.Phase;
import org.splatline.gpu.train.PlateauConfig;
import org.splatline.gpu.train.PruneConfig;
import org.splatline.gpu.train.PruneStep;
import org.splatline.gpu.train.ScheduleConfig;
import org.splatline.gpu.train.StepWindow;
import org.splatline.gpu.train.TrainConfig;

/** Reads the users' earlier progressive_config.yaml unchanged. */
class EarlierNamesTest {
  @TempDir private Path folder;

  private Configuration read(String yaml, String... settings) throws IOException {
    return reader(yaml).settings(List.of(settings)).read();
  }

  private ConfigurationReader reader(String yaml) throws IOException {
    Path file = Files.writeString(folder.resolve("progressive_config.yaml"), yaml);
    return ConfigurationReader.withDefaultProfile("vanilla")
        .earlierFormat(new EarlierNames())
        .file(file);
  }

  private static String users() {
    return EarlierFiles.users();
  }

  @Test
  void theUsersFileIsThePublishedRecipe() throws IOException {
    Configuration configuration = read(users());
    TrainConfig config = TrainConfig.of(configuration);
    assertThat(config.profile()).isEqualTo("published");
    ScheduleConfig train = config.train();
    assertThat(train.steps()).isEqualTo(30_000);
    assertThat(train.phases())
        .containsExactly(
            new Phase(5000, 0.125),
            new Phase(10_000, 0.25),
            new Phase(15_000, 0.5),
            new Phase(19_500, 0.75));
    assertThat(train.finalScale()).isEqualTo(1);
    assertThat(train.interpolation()).isEqualTo(ScheduleConfig.Interpolation.STEPS);
    assertThat(train.blur()).isEqualTo(new BlurConfig(9, 2.4, 0, 19_500, 100));
    assertThat(train.shDegree()).isEqualTo(3);
    assertThat(train.shEverySteps()).isEqualTo(2000);
    assertThat(train.plateau())
        .isEqualTo(
            new PlateauConfig(
                PlateauConfig.Mode.EXTEND, 2000, 0.1, 2500, 5000, 35, 15_000, 0, 500, 1000));
    assertThat(config.densify().fromStep()).isEqualTo(500);
    assertThat(config.densify().untilStep()).isEqualTo(15_000);
    assertThat(config.densify().everySteps()).isEqualTo(80);
    assertThat(config.densify().growGradient()).as("the profile's").isEqualTo(2e-4);
    assertThat(config.densify().cloneScale()).isEqualTo(0.02);
    assertThat(config.densify().pruneOpacity()).isEqualTo(0.005);
    assertThat(config.densify().maxGaussians()).isEqualTo(2_000_000);
    assertThat(config.densify().opacityResetEverySteps()).isEqualTo(3000);
    assertThat(config.densify().late()).isEqualTo(new StepWindow(20_000, 20_500, 100));
    assertThat(config.prune().rule()).isEqualTo(PruneConfig.Rule.KEEP);
    assertThat(config.prune().schedule())
        .containsExactly(
            new PruneStep(20_000, 0.6),
            new PruneStep(20_500, 0.42),
            new PruneStep(21_000, 0.294),
            new PruneStep(21_500, 0.206),
            new PruneStep(22_000, 0.144),
            new PruneStep(22_500, 0.101));
    assertThat(config.optimizer().meansRate()).isEqualTo(1.6e-4);
    assertThat(config.quality().targetPsnr()).isEqualTo(35);
    assertThat(config.checkpoint())
        .isEqualTo(new CheckpointConfig(5000, Duration.ofSeconds(60), 3));
    assertThat(config.gpu().memoryShare()).isEqualTo(0.9);
    assertThat(configuration.section("export", ExportConfig.class).formats())
        .containsExactly("ply", "compressed.ply");
  }

  @Test
  void itsNumbersActAsWrittenForItsOwnLength() throws IOException {
    String shorter = users().replace("max_iterations: 30000", "max_iterations: 20000");
    TrainConfig config = TrainConfig.of(read(shorter));
    assertThat(config.train().steps()).isEqualTo(20_000);
    assertThat(config.train().phases()).contains(new Phase(15_000, 0.5));
    assertThat(config.train().shEverySteps()).isEqualTo(2000);
    assertThat(config.densify().untilStep()).isEqualTo(15_000);
    assertThat(config.densify().everySteps()).isEqualTo(80);
    assertThat(config.prune().schedule()).contains(new PruneStep(21_000, 0.294));
    assertThat(config.checkpoint().everySteps()).isEqualTo(5000);

    TrainConfig half = TrainConfig.of(read(shorter, "train.steps=10000"));
    assertThat(half.train().phases()).contains(new Phase(7500, 0.5));
    assertThat(half.densify().untilStep()).isEqualTo(7500);
    assertThat(half.densify().everySteps()).isEqualTo(40);
    assertThat(half.prune().schedule()).contains(new PruneStep(10_500, 0.294));
  }

  /** The profile is written for 30 000 steps. */
  @ParameterizedTest
  @CsvSource({"10000", "30000", "45000"})
  void whatItLeavesOutIsTheProfilesScaledToItsLength(int steps) throws IOException {
    TrainConfig theirs = TrainConfig.of(read("training: {max_iterations: %d}".formatted(steps)));
    TrainConfig ours =
        TrainConfig.of(
            ConfigurationReader.withDefaultProfile("published")
                .settings(List.of("train.steps=" + steps))
                .read());
    assertThat(theirs)
        .usingRecursiveComparison()
        .ignoringFields("configHash", "trainingHash")
        .isEqualTo(ours);
  }

  @Test
  void withoutBatchesOneScheduleIsInterpolated() throws IOException {
    ScheduleConfig train =
        TrainConfig.of(
                read(
                    """
                progressive_resolution:
                  initial_factor: 0.25
                  final_factor: 0.8
                  schedule_end_iteration: 12000
                  interpolation: logarithmic
                """))
            .train();
    assertThat(train.phases()).containsExactly(new Phase(12_000, 0.25));
    assertThat(train.interpolation()).isEqualTo(ScheduleConfig.Interpolation.LOGARITHMIC);
    assertThat(train.finalScale()).isEqualTo(0.8);
    ScheduleConfig half =
        TrainConfig.of(
                read(
                    "training: {max_iterations: 2000}\nprogressive_resolution: {initial_factor: 0.5}"))
            .train();
    assertThat(half.phases()).containsExactly(new Phase(1300, 0.5));
  }

  @Test
  void batchesEndAtTheLengthOrWithTheFinalFactor() throws IOException {
    String batches =
        """
        training: {max_iterations: 900}
        progressive_resolution:
          final_factor: 0.9
          interpolation: linear
          resolution_batches:
          - {factor: 0.25, iterations: [0, 300]}
          - {factor: 0.5, iterations: [300, %d]}
        """;
    ScheduleConfig whole = TrainConfig.of(read(batches.formatted(900))).train();
    assertThat(whole.phases()).containsExactly(new Phase(300, 0.25));
    assertThat(whole.finalScale()).isEqualTo(0.5);
    assertThat(whole.interpolation()).isEqualTo(ScheduleConfig.Interpolation.STEPS);
    ScheduleConfig part = TrainConfig.of(read(batches.formatted(600))).train();
    assertThat(part.phases()).containsExactly(new Phase(300, 0.25), new Phase(600, 0.5));
    assertThat(part.finalScale()).isEqualTo(0.9);
  }

  @Test
  void whatIsSwitchedOffIsOff() throws IOException {
    String off =
        users()
            .replaceAll("(?m)^(\\s+)enabled: true", "$1enabled: false")
            .replace("max_bands: 4", "max_bands: 2");
    TrainConfig config = TrainConfig.of(read(off));
    assertThat(config.train().phases()).isEmpty();
    assertThat(config.train().finalScale()).isEqualTo(1);
    assertThat(config.train().blur().sigmaAt(1)).isZero();
    assertThat(config.densify().isDueAt(800)).isFalse();
    assertThat(config.densify().isDueAt(20_100)).isFalse();
    assertThat(config.densify().isOpacityResetAt(3000, 30_000, true)).isFalse();
    assertThat(config.prune().schedule()).isEmpty();
    assertThat(config.train().shDegreeAt(2)).as("at most").isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "false, false, OFF",
    "true, false, STOP",
    "false, true, EXTEND",
    "true, true, EXTEND",
    ", , STOP",
    "false, , OFF",
    "true, , STOP",
    ", false, STOP",
    ", true, EXTEND"
  })
  void plateaus(String stop, String extend, PlateauConfig.Mode mode) throws IOException {
    String yaml = "training:\n  max_iterations: 30000\n";
    yaml += stop == null ? "" : "  psnr_plateau_termination: " + stop + "\n";
    yaml += extend == null ? "" : "  auto_extension_enabled: " + extend + "\n";
    assertThat(TrainConfig.of(read(yaml)).train().plateau().mode()).isEqualTo(mode);
  }

  @Test
  void itsRatesActOnlyWhenAskedFor() throws IOException {
    TrainConfig ours = TrainConfig.of(read(users()));
    assertThat(ours.optimizer()).isEqualTo(TrainConfig.of(read("training: {}")).optimizer());
    for (TrainConfig theirs :
        List.of(
            TrainConfig.of(read(users(), "compat.use-file-rates=true")),
            TrainConfig.of(read(users() + "\ncompat: {use-file-rates: true}")),
            TrainConfig.of(
                reader(users())
                    .environment(Map.of("SPLATLINE_COMPAT_USE_FILE_RATES", "true"))
                    .read()))) {
      assertThat(theirs.optimizer().meansRate()).isEqualTo(0.5);
      assertThat(theirs.optimizer().meansFinalRate()).isEqualTo(0.01);
      assertThat(theirs.optimizer().scaleRate()).isEqualTo(0.5);
      assertThat(theirs.optimizer().quatRate()).isEqualTo(0.5);
      assertThat(theirs.optimizer().sh0Rate()).isEqualTo(0.05);
      assertThat(theirs.optimizer().shRestRate()).isEqualTo(0.0025);
      assertThat(theirs.optimizer().opacityRate()).isEqualTo(0.1);
      assertThat(theirs.densify().growGradient()).isEqualTo(2e-5);
    }
    assertThat(
            TrainConfig.of(
                    read(
                        users() + "\ncompat: {use-file-rates: true}",
                        "compat.use-file-rates=false"))
                .densify()
                .growGradient())
        .isEqualTo(ours.densify().growGradient());
    assertThatThrownBy(() -> read(users(), "compat.use-file-rates=perhaps"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("Invalid compat.use-file-rates");
  }

  @Test
  void profileVanillaGoesWithoutWhatIsProgressive() throws IOException {
    for (ConfigurationReader reader :
        List.of(
            reader(users()).profile("vanilla"),
            reader(users()).environment(Map.of("TRAINING_MODE", "vanilla")),
            reader(users() + "\nprofile: vanilla"))) {
      TrainConfig config = TrainConfig.of(reader.read());
      assertThat(config.profile()).isEqualTo("vanilla");
      assertThat(config.train().phases()).isEmpty();
      assertThat(config.train().blur().sigma()).isZero();
      assertThat(config.prune().schedule()).isEmpty();
      assertThat(config.densify().late().untilStep()).isZero();
      assertThat(config.densify().everySteps()).isEqualTo(80);
      assertThat(config.train().shEverySteps()).isEqualTo(2000);
    }
  }

  @Test
  void laterSourcesWin() throws IOException {
    Configuration configuration =
        reader(users())
            .environment(Map.of("SPLATLINE_DENSIFY_EVERY_STEPS", "90"))
            .settings(List.of("quality.target-ssim=0.5"))
            .flag("train.steps", 6000)
            .read();
    TrainConfig config = TrainConfig.of(configuration);
    assertThat(config.densify().everySteps()).isEqualTo(18);
    assertThat(config.quality().targetSsim()).isEqualTo(0.5);
    assertThat(config.train().steps()).isEqualTo(6000);
    assertThat(config.train().phases()).startsWith(new Phase(1000, 0.125));
  }

  @Test
  void placesStandBesideEarlierNames() throws IOException {
    Configuration configuration =
        read("training: {max_iterations: 500}\ninput: {path: photos}\nimage: {reduce: 2}");
    assertThat(configuration.sectionJson("input").path("path").asText()).isEqualTo("photos");
    assertThat(TrainConfig.of(configuration).image().reduce()).isEqualTo(2);
    assertThat(TrainConfig.of(configuration).train().steps()).isEqualTo(500);
  }

  @Test
  void exportFormatsAreThoseThatExportTakes() {
    assertThat(EarlierRules.EXPORT_FORMATS).isEqualTo(ExportConfig.FORMATS);
  }

  @Test
  void aReaderWithoutThemKnowsNoEarlierNames() throws IOException {
    Path file = Files.writeString(folder.resolve("earlier.yaml"), "training: {max_iterations: 5}");
    assertThatThrownBy(() -> ConfigurationReader.withDefaultProfile("vanilla").file(file).read())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("Unknown key training in " + file);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "training: {max_iteration: 5} | Unknown key training.max_iteration in | training.max_iterations.",
        "progressive_blur: {sigma: 5}  | Unknown key progressive_blur.sigma | progressive_blur.",
        "training: {}; hardwear: {} | Unknown key hardwear | Nearest: hardware.",
        "progressive_resolution: {resolution_batches: [{factr: 1}]} | resolution_batches.factr | resolution_batches.factor.",
        "experimental: {vr_optimization: {fps: 1}} | vr_optimization.fps | Nearest: experimental.vr_optimization",
        "training: {}; inputs: {} | Unknown key inputs | docs/earlier-names.md",
        "training: {}; train: {steps: 5} | mixes the earlier name training with the root train. | docs/earlier-names.md",
        "output: {}; export: {formats: [ply]} | mixes the earlier name output with the root export. | Use either earlier names or the keys",
        "training: {}; input: {pth: x} | Unknown key input.pth | Nearest: input.path",
        "training: {max_iterations: many} | Invalid training.max_iterations in | is not a whole number",
        "training: {max_iterations: 1.5} | Invalid training.max_iterations in | 1.5 is not a whole number",
        "training: {max_iterations: -1} | Invalid training.max_iterations in | -1 is negative",
        "training: {max_iterations: 99999999999} | Invalid training.max_iterations in | whole number",
        "training: {max_iterations: } | Invalid training.max_iterations in | null is not a value",
        "training: {log_interval: {a: 1}} | Invalid training.log_interval in | is not a value",
        "training: 5 | Invalid training in | 5 is a value, but a section of names is expected",
        "training: {auto_extension_enabled: 1} | Invalid training.auto_extension_enabled in | 1 is not true or false",
        "optimization: {adaptive_loss: 5} | Invalid optimization.adaptive_loss in | 5 is a value, but a section",
        "quality_metrics: {target_ssim: high} | Invalid quality_metrics.target_ssim in | is not a number",
        "quality_metrics: {target_ssim: 1.0e999} | Invalid quality_metrics.target_ssim in | is not a number",
        "progressive_resolution: {initial_factor: 2} | Invalid progressive_resolution.initial_factor | 2 is not in (0, 1]",
        "progressive_resolution: {interpolation: cubic} | interpolation in | Use steps or linear or logarithmic",
        "progressive_resolution: {resolution_batches: 5} | resolution_batches in | 5 is not a list",
        "progressive_resolution: {resolution_batches: [5]} | resolution_batches in | 5 is a value, but a section",
        "progressive_resolution: {resolution_batches: [{factor: 1}]} | resolution_batches in | has no iterations",
        "progressive_resolution: {resolution_batches: [{factor: 1, iterations: 5}]} | iterations in | is not [from, to]",
        "progressive_resolution: {resolution_batches: [{factor: 1, iterations: [5, 9]}]} | iterations in | begins at 5, but the batch before ends at 0",
        "progressive_resolution: {resolution_batches: [{factor: 1, iterations: [0, 0]}]} | iterations in | does not end after it begins",
        "progressive_blur: {blur_type: box} | Invalid progressive_blur.blur_type in | Use gaussian",
        "progressive_blur: {initial_kernel_size: 8} | Invalid train.blur.kernel: 8 | is not an odd number",
        "optimization: {sh_progressive: {max_bands: 5}} | max_bands in | 5 is not 1 to 4",
        "output: {export_formats: ply} | Invalid output.export_formats in | is not a list",
        "output: {export_formats: [1]} | Invalid output.export_formats in | is not the name of a format",
        "gaussian_management: {significance_pruning: {pruning_schedule: [{iteration: 5}]}} | pruning_schedule in | has no retention_ratio",
        "gaussian_management: {significance_pruning: {pruning_schedule: [{iteration: 5, retention_ratio: 0}]}} | retention_ratio in | is not in (0, 1]",
        "gaussian_management: {significance_pruning: {pruning_schedule: [{iteration: 5, retention_ratio: 1, criteria: size}]}} | criteria in | Use significance_score",
        "experimental: {multi_patch_training: {enabled: true}} | Cannot switch on experimental.multi_patch_training in | Set its enabled to false",
        "experimental: {global_track_constraints: {enabled: true}} | Cannot switch on experimental.global_track_constraints in | Set its enabled to false",
        "experimental: {vr_optimization: {enabled: true}} | Cannot switch on experimental.vr_optimization in | Set its enabled to false"
      })
  void whatCannotBeUsedIsNamed(String yaml, String message, String more) {
    String lines = yaml.replace("; ", "\n");
    assertThatThrownBy(() -> TrainConfig.of(read(lines)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message)
        .hasMessageContaining(more);
  }
}
