package org.splatline.gpu.config;

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
import org.splatline.gpu.backend.AdamSettings;
import org.splatline.gpu.backend.DensifySettings;
import org.splatline.gpu.backend.GpuConfig;
import org.splatline.gpu.backend.Precision;
import org.splatline.gpu.format.ExportConfig;
import org.splatline.gpu.format.FinishConfig;
import org.splatline.gpu.format.SpzFormat;
import org.splatline.gpu.format.TurntableConfig;
import org.splatline.gpu.metric.Lpips;
import org.splatline.gpu.train.AccumulateConfig;
import org.splatline.gpu.train.BlurConfig;
import org.splatline.gpu.train.CheckpointConfig;
import org.splatline.gpu.train.DensifyConfig;
import org.splatline.gpu.train.ExposureConfig;
import org.splatline.gpu.train.FewViewsConfig;
import org.splatline.gpu.train.ImageConfig;
import org.splatline.gpu.train.MaskConfig;
import org.splatline.gpu.train.OptimizerConfig;
import org.splatline.gpu.train.Phase;
import org.splatline.gpu.train.PlateauConfig;
import org.splatline.gpu.train.PruneConfig;
import org.splatline.gpu.train.PruneStep;
import org.splatline.gpu.train.QualityConfig;
import org.splatline.gpu.train.QualityWordConfig;
import org.splatline.gpu.train.ScheduleConfig;
import org.splatline.gpu.train.StepWindow;
import org.splatline.gpu.train.TrainConfig;

class ConfigurationTest {
  private static Configuration read(String... settings) {
    return ConfigurationReader.withDefaultProfile("vanilla").settings(List.of(settings)).read();
  }

  @Test
  void defaultsAreThoseOfThePaper() {
    TrainConfig config = TrainConfig.of(read());
    assertThat(config.profile()).isEqualTo("vanilla");
    assertThat(config.image())
        .isEqualTo(new ImageConfig(1, ImageConfig.Background.BLACK, ImageConfig.Alpha.COMPOSITE));
    assertThat(config.train())
        .isEqualTo(
            new ScheduleConfig(
                "auto",
                30_000,
                0,
                30_000,
                42,
                List.of(),
                ScheduleConfig.Resolution.PHASES,
                ScheduleConfig.Interpolation.STEPS,
                500,
                1,
                new BlurConfig(9, 0, 0, 19_500, 100),
                ScheduleConfig.Dilation.FIXED,
                false,
                Precision.FLOAT,
                3,
                1000,
                0.2,
                new PlateauConfig(
                    PlateauConfig.Mode.OFF, 1000, 0.1, 2500, 0, 35, 15_000, 0, 500, 1000),
                new MaskConfig(false, false, 0.01, 5e-4, 5e-4, 0.01, 1000),
                new ExposureConfig(false, 1e-2, 500),
                ScheduleConfig.NearPlane.FIXED,
                ScheduleConfig.Extent.CAMERAS,
                new FewViewsConfig(0, 0, 0.8, false, 8, 3000),
                2,
                0.6,
                0,
                Duration.ofSeconds(10)));
    assertThat(config.prune())
        .isEqualTo(new PruneConfig(List.of(), PruneConfig.Rule.KEEP, 0.6, 0.7, 0, 0.1));
    assertThat(config.densify())
        .isEqualTo(
            new DensifyConfig(
                500,
                15_000,
                100,
                2e-4,
                true,
                0.01,
                0.005,
                0.1,
                0,
                false,
                3000,
                0.01,
                5_000_000,
                10,
                new StepWindow(0, 0, 100),
                DensifyConfig.Growth.GRADIENT,
                35,
                10,
                "none",
                1,
                1,
                DensifySettings.Split.Kind.RANDOM,
                1,
                1));
    assertThat(config.optimizer())
        .isEqualTo(
            new OptimizerConfig(
                AdamSettings.Update.VISIBLE,
                1.6e-4,
                1.6e-6,
                2.5e-3,
                1.25e-4,
                0.025,
                5e-3,
                1e-3,
                0.9,
                0.999,
                1e-15,
                1,
                0,
                AccumulateConfig.NONE));
    assertThat(config.quality())
        .isEqualTo(
            new QualityConfig(
                35,
                0.95,
                0.05,
                50_000_000,
                "",
                Lpips.Convention.VGG,
                new QualityWordConfig(25, 0.8, 4, 0.9, 20, 0.55)));
    assertThat(config.checkpoint())
        .isEqualTo(new CheckpointConfig(5000, Duration.ofSeconds(60), 3));
    assertThat(config.gpu()).isEqualTo(new GpuConfig(0, false, 0.9, 0, GpuConfig.Pictures.AUTO, 1));
  }

  @Test
  void everyTrainerKeyIsMapped() {
    TrainConfig config =
        TrainConfig.of(
            read(
                "image.reduce=2.5",
                "image.background=WHITE",
                "image.alpha=mask",
                "train.backend=cpu",
                "train.steps=30000",
                "train.steps-per-view=77",
                "train.seed=5",
                "train.phases=[{until-step: 50, scale: 0.5}]",
                "train.resolution=spectrum",
                "train.interpolation=logarithmic",
                "train.interpolate-every-steps=21",
                "train.final-scale=0.75",
                "train.blur.kernel=5",
                "train.blur.sigma=22",
                "train.blur.final-sigma=2.5",
                "train.blur.until-step=23",
                "train.blur.every-steps=24",
                "train.dilation=adaptive",
                "train.antialiased=true",
                "train.precision=mixed",
                "train.plateau.mode=extend",
                "train.plateau.patience-steps=25",
                "train.plateau.min-gain=26",
                "train.plateau.after-prune-steps=27",
                "train.plateau.extend-steps=28",
                "train.plateau.min-steps=29",
                "train.plateau.extend-to-psnr=29.5",
                "train.plateau.views=6",
                "train.plateau.check-every-steps=7",
                "train.plateau.anneal-steps=8",
                "train.masks.volume=true",
                "train.masks.bands=true",
                "train.masks.rate=29",
                "train.masks.weight=30",
                "train.masks.band-weight=31",
                "train.masks.threshold=0.32",
                "train.masks.prune-every-steps=33",
                "train.exposure.enabled=true",
                "train.exposure.rate=0.34",
                "train.exposure.from-step=35",
                "train.near-plane=points",
                "train.scene-extent=points",
                "train.few-views.below=41",
                "train.few-views.sh-degree=2",
                "train.few-views.ssim-weight=0.42",
                "train.few-views.grow=true",
                "train.few-views.sum-views=43",
                "train.few-views.sum-from-step=44",
                "train.sh-degree=2",
                "train.sh-every-steps=500",
                "train.ssim-weight=0.3",
                "train.min-views=4",
                "train.min-present-share=0.9",
                "train.threads=3",
                "train.progress-every=2m",
                "densify.from-step=1",
                "densify.until-step=2",
                "densify.every-steps=3",
                "densify.grow-gradient=4",
                "densify.hold-coarse-growth=false",
                "densify.clone-scale=5",
                "densify.prune-opacity=0.6",
                "densify.prune-scale=7",
                "densify.max-scale=7.5",
                "densify.larger-far-away=true",
                "densify.opacity-reset-every-steps=8",
                "densify.opacity-reset-to=0.9",
                "densify.max-gaussians=10",
                "densify.reorder-every=11",
                "densify.late.from-step=12",
                "densify.late.until-step=13",
                "densify.late.every-steps=14",
                "densify.growth=error",
                "densify.error-psnr=14.5",
                "densify.error-views=15",
                "densify.budget=16000",
                "densify.growth-exponent=1.7",
                "densify.overgrowth=1.8",
                "densify.split=long-axis",
                "densify.opacity-decay=0.19",
                "densify.opacity-limit=0.20",
                "prune.schedule=[{step: 5, keep: 0.5}]",
                "prune.rule=decaying",
                "prune.remove=0.4",
                "prune.decay=0.3",
                "prune.keep-gaussians=15",
                "prune.volume-exponent=2",
                "optimizer.update=all",
                "optimizer.means-rate=1",
                "optimizer.means-final-rate=2",
                "optimizer.sh0-rate=3",
                "optimizer.sh-rest-rate=4",
                "optimizer.opacity-rate=5",
                "optimizer.scale-rate=6",
                "optimizer.quat-rate=7",
                "optimizer.beta1=0.8",
                "optimizer.beta2=0.85",
                "optimizer.epsilon=9",
                "optimizer.accumulate.schedule=[{from-step: 6, views: 1}]",
                "optimizer.final-share=0.1",
                "optimizer.final-steps=11",
                "quality.target-psnr=1",
                "quality.target-ssim=2",
                "quality.target-lpips=3",
                "quality.target-bytes=4KiB",
                "quality.lpips-model=vgg.onnx",
                "quality.lpips-convention=alex",
                "quality.word.good-psnr=7",
                "quality.word.good-ssim=0.7",
                "quality.word.good-gap=3",
                "quality.word.good-registered=0.6",
                "quality.word.poor-psnr=6",
                "quality.word.poor-ssim=0.5",
                "checkpoint.every-steps=11",
                "checkpoint.min-interval=12s",
                "checkpoint.keep=13",
                "gpu.device=1",
                "gpu.memory-share=0.5",
                "gpu.max-memory=8GiB",
                "gpu.pictures=streamed",
                "gpu.trainers-per-device=4",
                "gpu.debug-sync=true"));
    assertThat(config.image())
        .isEqualTo(new ImageConfig(2.5, ImageConfig.Background.WHITE, ImageConfig.Alpha.MASK));
    assertThat(config.train())
        .isEqualTo(
            new ScheduleConfig(
                "cpu",
                30_000,
                77,
                30_000,
                5,
                List.of(new Phase(50, 0.5)),
                ScheduleConfig.Resolution.SPECTRUM,
                ScheduleConfig.Interpolation.LOGARITHMIC,
                21,
                0.75,
                new BlurConfig(5, 22, 2.5, 23, 24),
                ScheduleConfig.Dilation.ADAPTIVE,
                true,
                Precision.MIXED,
                2,
                500,
                0.3,
                new PlateauConfig(PlateauConfig.Mode.EXTEND, 25, 26, 27, 29, 29.5, 28, 6, 7, 8),
                new MaskConfig(true, true, 29, 30, 31, 0.32, 33),
                new ExposureConfig(true, 0.34, 35),
                ScheduleConfig.NearPlane.POINTS,
                ScheduleConfig.Extent.POINTS,
                new FewViewsConfig(41, 2, 0.42, true, 43, 44),
                4,
                0.9,
                3,
                Duration.ofMinutes(2)));
    assertThat(config.densify())
        .isEqualTo(
            new DensifyConfig(
                1,
                2,
                3,
                4,
                false,
                5,
                0.6,
                7,
                7.5,
                true,
                8,
                0.9,
                10,
                11,
                new StepWindow(12, 13, 14),
                DensifyConfig.Growth.ERROR,
                14.5,
                15,
                "16000",
                1.7,
                1.8,
                DensifySettings.Split.Kind.LONG_AXIS,
                0.19,
                0.20));
    assertThat(config.prune())
        .isEqualTo(
            new PruneConfig(
                List.of(new PruneStep(5, 0.5)), PruneConfig.Rule.DECAYING, 0.4, 0.3, 15, 2));
    assertThat(config.optimizer())
        .isEqualTo(
            new OptimizerConfig(
                AdamSettings.Update.ALL,
                1,
                2,
                3,
                4,
                5,
                6,
                7,
                0.8,
                0.85,
                9,
                0.1,
                11,
                new AccumulateConfig(1, List.of(new AccumulateConfig.AccumulatePhase(6, 1)))));
    assertThat(config.quality())
        .isEqualTo(
            new QualityConfig(
                1,
                2,
                3,
                4096,
                "vgg.onnx",
                Lpips.Convention.ALEX,
                new QualityWordConfig(7, 0.7, 3, 0.6, 6, 0.5)));
    assertThat(config.checkpoint()).isEqualTo(new CheckpointConfig(11, Duration.ofSeconds(12), 13));
    assertThat(config.gpu())
        .isEqualTo(new GpuConfig(1, true, 0.5, 8L << 30, GpuConfig.Pictures.STREAMED, 4));
  }

  @Test
  void laterSourcesWin(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("my.yaml");
    Files.writeString(
        file,
        """
        profile: progressive
        train: {steps: 1, seed: 1, sh-degree: 1, threads: 1}
        spark: {conf: {spark.anything.at.all: x}}
        """);
    Configuration configuration =
        ConfigurationReader.withDefaultProfile("vanilla")
            .file(file)
            .environment(
                Map.of("SPLATLINE_TRAIN_SEED", "2", "SPLATLINE_TRAIN_SH_DEGREE", "2", "HOME", "/x"))
            .settings(List.of("train.sh-degree=3", "train.threads=3"))
            .flag("train.threads", 4)
            .flag("train.steps", null)
            .read();
    ScheduleConfig train = configuration.section("train", ScheduleConfig.class);
    assertThat(configuration.profile()).isEqualTo("progressive");
    assertThat(train.phases()).hasSize(2);
    assertThat(train.steps()).isEqualTo(1);
    assertThat(train.seed()).isEqualTo(2);
    assertThat(train.shDegree()).isEqualTo(3);
    assertThat(train.threads()).isEqualTo(4);
    assertThat(configuration.sectionJson("spark").at("/conf/spark.anything.at.all").asText())
        .isEqualTo("x");
  }

  @Test
  void unknownKeysNameTheNearest(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("my.yaml");
    Files.writeString(file, "train:\n  stepz: 5\n");
    assertThatThrownBy(() -> ConfigurationReader.withDefaultProfile("vanilla").file(file).read())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("Unknown key train.stepz in " + file)
        .hasMessageContaining("Nearest: train.steps");
    assertThatThrownBy(() -> read("densify.grow-gradiant=1"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("Nearest: densify.grow-gradient");
    assertThatThrownBy(
            () ->
                ConfigurationReader.withDefaultProfile("vanilla")
                    .environment(Map.of("SPLATLINE_TRAIN_STEP", "5"))
                    .read())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("SPLATLINE_TRAIN_STEPS");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "train.steps=-1 | Invalid train.steps: -1 is negative",
        "train.steps-per-view=-1 | Invalid train.steps-per-view: -1 is negative",
        "train.steps=many | Invalid train.steps",
        "train.steps=1.5 | Invalid train.steps",
        "train.sh-degree=4 | Invalid train.sh-degree: 4 is not 0 to 3",
        "train.ssim-weight=1.5 | Invalid train.ssim-weight: 1.5 is not in [0, 1]",
        "train.backend=tpu | Invalid train.backend: tpu",
        "image.reduce=0.5 | Invalid image.reduce: 0.5 is not at least 1",
        "image.background=pink | Invalid image.background",
        "image.alpha=beta | Invalid image.alpha",
        "densify.prune-opacity=1 | Invalid densify.prune-opacity: 1.0 is not in (0, 1)",
        "densify.max-scale=-1 | Invalid densify.max-scale: -1.0 is negative",
        "densify.reorder-every=-1 | Invalid densify.reorder-every: -1 is negative",
        "train.final-scale=0 | Invalid train.final-scale: 0.0 is not in (0, 1]",
        "train.resolution=fine | Invalid train.resolution",
        "train.interpolation=cubic | Invalid train.interpolation",
        "train.interpolate-every-steps=0 | Invalid train.interpolate-every-steps: 0",
        "train.blur.kernel=8 | Invalid train.blur.kernel: 8 is not an odd number from 1 to 15",
        "train.blur.sigma=-1 | Invalid train.blur.sigma: -1.0 is negative",
        "train.blur.final-sigma=1 | Invalid train.blur.final-sigma: 1.0 is not in [0, train.blur",
        "train.blur.every-steps=0 | Invalid train.blur.every-steps: 0 is not above 0",
        "train.dilation=wide | Invalid train.dilation",
        "train.precision=double | Invalid train.precision",
        "train.plateau.mode=perhaps | Invalid train.plateau.mode",
        "train.plateau.patience-steps=0 | Invalid train.plateau.patience-steps: 0",
        "train.plateau.min-steps=-1 | Invalid train.plateau.min-steps: -1 is negative",
        "train.plateau.views=-1 | Invalid train.plateau.views: -1 is negative",
        "train.plateau.check-every-steps=0 | Invalid train.plateau.check-every-steps: 0 is not",
        "train.plateau.anneal-steps=-1 | Invalid train.plateau.anneal-steps: -1 is negative",
        "train.reference-steps=0 | Invalid train.reference-steps: 0 is not above 0",
        "train.plateau.min-gain=-0.1 | Invalid train.plateau.min-gain: -0.1 is negative",
        "train.few-views.below=-1 | Invalid train.few-views.below: -1 is negative",
        "train.few-views.sh-degree=4 | Invalid train.few-views.sh-degree: 4 is not 0 to 3",
        "train.few-views.ssim-weight=1.1 | Invalid train.few-views.ssim-weight: 1.1 is not in [0,"
            + " 1]",
        "train.few-views.sum-views=0 | Invalid train.few-views.sum-views: 0 views are not 1 to 256",
        "train.few-views.sum-views=257 | Invalid train.few-views.sum-views: 257 views are not 1 to"
            + " 256",
        "train.few-views.sum-from-step=-1 | Invalid train.few-views.sum-from-step: -1 is negative",
        "train.masks.rate=0 | Invalid train.masks.rate: 0.0 is not above 0",
        "train.masks.weight=-1 | Invalid train.masks.weight: -1.0 is negative",
        "train.masks.band-weight=-1 | Invalid train.masks.band-weight: -1.0 is negative",
        "train.masks.threshold=0.5 | Invalid train.masks.threshold: 0.5 is not in (0, 0.5)",
        "train.masks.prune-every-steps=0 | Invalid train.masks.prune-every-steps: 0 is not above 0",
        "train.exposure.rate=0 | Invalid train.exposure.rate: 0.0 is not above 0",
        "train.exposure.from-step=-1 | Invalid train.exposure.from-step: -1 is negative",
        "densify.late.from-step=5 | Invalid steps: from-step 5, until-step 0",
        "prune.schedule=[{step: 9, keep: 0}] | Invalid prune.schedule: keep 0.0 is not in (0, 1]",
        "prune.schedule=[{step: 9, keep: 1}, {step: 8, keep: 1}] | step 8 does not come after 9",
        "prune.remove=1 | Invalid prune.remove: 1.0 is not in (0, 1)",
        "prune.decay=0 | Invalid prune.decay: 0.0 is not in (0, 1]",
        "prune.keep-gaussians=-1 | Invalid prune.keep-gaussians: -1 is negative",
        "prune.volume-exponent=-1 | Invalid prune.volume-exponent: -1.0 is negative",
        "optimizer.means-rate=0 | Invalid optimizer.means-rate: 0.0 is not above 0",
        "optimizer.beta1=1 | Invalid optimizer.beta1: 1.0 is not in [0, 1)",
        "optimizer.final-share=0 | Invalid optimizer.final-share: 0.0 is not in (0, 1]",
        "optimizer.final-steps=-1 | Invalid optimizer.final-steps: -1 is negative",
        "quality.target-bytes=50 parsecs | Invalid size: 50 parsecs",
        "quality.lpips-model=s3a://models/vgg.onnx | Invalid quality.lpips-model:"
            + " s3a://models/vgg.onnx is not a path",
        "quality.lpips-convention=squeeze | Invalid quality.lpips-convention",
        "checkpoint.min-interval=60 | Invalid duration: 60",
        "gpu.device=-1 | Invalid gpu.device: -1 is negative",
        "gpu.memory-share=0 | Invalid gpu.memory-share: 0.0 is not in (0, 1]",
        "gpu.memory-share=1.1 | Invalid gpu.memory-share: 1.1 is not in (0, 1]",
        "gpu.max-memory=lots | Invalid size: lots",
        "gpu.max-memory=-1 | Invalid size: -1",
        "gpu.pictures=nowhere | Invalid gpu.pictures",
        "gpu.trainers-per-device=0 | Invalid gpu.trainers-per-device: 0 is not at least 1",
        "train.phases=[{until-step: 9, scale: 2}] | Invalid train.phases: scale 2.0",
        "train.phases=[{until-step: 9, scale: 1}, {until-step: 9, scale: 1}] | does not come after"
            + " 9"
      })
  void valuesOutOfRangeAreRefused(String setting, String message) {
    assertThatThrownBy(() -> TrainConfig.of(read(setting)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }

  @Test
  void exportKnowsItsFormats() {
    assertThat(read().section("export", ExportConfig.class))
        .isEqualTo(
            new ExportConfig(
                List.of("ply", "spz", "sog"),
                4,
                ExportConfig.Frame.MODEL,
                true,
                new FinishConfig(0, 1, 0.2),
                new TurntableConfig(TurntableConfig.When.GPU, 6, 1280)));
    assertThat(read("export.frame=enu").section("export", ExportConfig.class).frame())
        .isEqualTo(ExportConfig.Frame.ENU);
    assertThatThrownBy(() -> read("export.frame=utm").section("export", ExportConfig.class))
        .hasMessageContaining("Invalid export.frame");
    assertThatThrownBy(() -> read("export.formats=[exe]").section("export", ExportConfig.class))
        .hasMessageContaining("Invalid export.formats: exe is unknown");
    assertThat(read("export.spz-version=3").section("export", ExportConfig.class).spz())
        .isEqualTo(SpzFormat.Version.V3);
    assertThatThrownBy(() -> read("export.spz-version=2").section("export", ExportConfig.class))
        .hasMessageContaining("Invalid export.spz-version: 2 cannot be written. Use 4 or 3");
  }

  @Test
  void unusableSourcesAreNamed(@TempDir Path folder) throws IOException {
    Path absent = folder.resolve("absent.yaml");
    assertThatThrownBy(() -> ConfigurationReader.withDefaultProfile("vanilla").file(absent).read())
        .hasMessageContaining("Cannot read configuration " + absent);
    Path broken = folder.resolve("broken.yaml");
    Files.writeString(broken, "train:\n  steps: [1\nx: {");
    assertThatThrownBy(() -> ConfigurationReader.withDefaultProfile("vanilla").file(broken).read())
        .hasMessageContaining("Cannot read configuration " + broken + ": line ");
    Path list = folder.resolve("list.yaml");
    Files.writeString(list, "- 1\n");
    assertThatThrownBy(() -> ConfigurationReader.withDefaultProfile("vanilla").file(list).read())
        .hasMessageContaining("it is not a list of keys and values");
    assertThatThrownBy(() -> ConfigurationReader.withDefaultProfile("turbo").read())
        .hasMessageContaining("Invalid profile: turbo is not known");
    assertThatThrownBy(() -> read("train.steps")).hasMessageContaining("write key=value");
    Files.writeString(list, "train: 5\n");
    assertThatThrownBy(() -> ConfigurationReader.withDefaultProfile("vanilla").file(list).read())
        .hasMessageContaining("Invalid train");
  }

  @Test
  void theHashFollowsWhatIsDoneNotWhere() {
    String hash = read().hash();
    assertThat(hash).hasSize(64);
    assertThat(read("store.path=/elsewhere", "spark.conf.spark.secret=x").hash()).isEqualTo(hash);
    assertThat(read("gpu.device=1").hash()).isEqualTo(hash);
    assertThat(read("gpu.memory-share=0.5").hash()).isEqualTo(hash);
    assertThat(read("gpu.trainers-per-device=2").hash()).isEqualTo(hash);
    assertThat(read("gpu.max-memory=8GiB").hash()).as("decides the cap").isNotEqualTo(hash);
    assertThat(read("gpu.max-memory=8GiB").sectionJson("gpu.max-memory").asText())
        .isEqualTo("8GiB");
    assertThat(read("quality.lpips-model=/models/vgg.onnx").hash()).isEqualTo(hash);
    assertThat(read("quality.lpips-convention=alex").hash()).isNotEqualTo(hash);
    assertThat(read("train.seed=1").hash()).isNotEqualTo(hash);
    assertThat(read("spark.conf.fs.s3a.secret.key=hush").canonicalJson()).doesNotContain("hush");
  }

  @Test
  void whatMayBeSecretIsKnown() {
    assertThat(
            List.of(
                "notify.webhook",
                "notify.webhook-secret",
                "spark.conf.spark.hadoop.fs.s3a.secret.key",
                "spark.conf.spark.hadoop.fs.s3a.access.key",
                "spark.conf.spark.hadoop.fs.s3a.session.token",
                "spark.conf.spark.ssl.keyPassword",
                "spark.conf.spark.authenticate.secret"))
        .allMatch(Configuration::isSecret);
    assertThat(
            List.of(
                "notify.on",
                "notify.sns-topic",
                "store.path",
                "spark.conf.spark.master",
                "spark.conf.spark.hadoop.fs.s3a.endpoint"))
        .noneMatch(Configuration::isSecret);
  }

  @Test
  void stepsScaleOnlyWithPhases() {
    TrainConfig vanilla = TrainConfig.of(read("train.steps=3000"));
    assertThat(vanilla.densify().untilStep()).isEqualTo(15_000);
    TrainConfig asWritten =
        TrainConfig.of(
            ConfigurationReader.withDefaultProfile("progressive")
                .settings(List.of("train.steps=3000", "train.reference-steps=3000"))
                .read());
    assertThat(asWritten.densify().untilStep()).isEqualTo(15_000);
    TrainConfig published =
        TrainConfig.of(
            ConfigurationReader.withDefaultProfile("published")
                .settings(List.of("train.steps=3000"))
                .read());
    assertThat(published.train().phases())
        .containsExactly(
            new Phase(500, 0.125),
            new Phase(1000, 0.25),
            new Phase(1500, 0.5),
            new Phase(1950, 0.75));
    assertThat(published.train().shEverySteps()).isEqualTo(100);
    assertThat(published.densify().fromStep()).isEqualTo(50);
    assertThat(published.densify().untilStep()).isEqualTo(1500);
    assertThat(published.densify().everySteps()).isEqualTo(10);
    assertThat(published.densify().opacityResetEverySteps()).isEqualTo(300);
    assertThat(published.checkpoint().everySteps()).isEqualTo(500);
    assertThat(published.train().blur()).isEqualTo(new BlurConfig(9, 2.4, 0, 1950, 10));
    assertThat(published.train().plateau())
        .isEqualTo(
            new PlateauConfig(PlateauConfig.Mode.STOP, 100, 0.1, 250, 0, 35, 1500, 0, 50, 100));
    assertThat(published.train().masks().pruneEverySteps()).isEqualTo(100);
    assertThat(published.densify().late()).isEqualTo(new StepWindow(2000, 2050, 10));
    assertThat(published.prune().schedule())
        .startsWith(new PruneStep(2000, 0.6), new PruneStep(2050, 0.42))
        .endsWith(new PruneStep(2250, 0.101));
  }

  @ParameterizedTest
  @CsvSource({"8GiB, 8589934592", "50MB, 50000000", "1.5 KiB, 1536", "7B, 7"})
  void sizes(String text, long bytes) {
    assertThat(Units.bytes(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @CsvSource({"90s, 90000", "10m, 600000", "2h, 7200000", "5ms, 5", "1d, 86400000"})
  void durations(String text, long milliseconds) {
    assertThat(Units.duration(text).toMillis()).isEqualTo(milliseconds);
  }
}
