package org.splatline.gpu.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.splatline.gpu.backend.DensifySettings;
import org.splatline.gpu.backend.RenderSettings;
import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.gpu.cpu.CpuBackend;
import org.splatline.gpu.format.ExportConfig;
import org.splatline.gpu.format.PlyFormat;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.scene.Scene;
import org.splatline.gpu.train.AccumulateConfig.AccumulatePhase;

/** Training of a scene with seven training views and sixty points. */
class FewViewsTest {
  private static final int VIEWS = 7;

  @TempDir static Path photographs;
  private static Scene scene;

  @BeforeAll
  static void writeScene() throws IOException {
    scene = TinyScene.write(photographs);
  }

  private static TrainConfig config(String... settings) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "train.steps=120",
                "train.sh-degree=2",
                "train.sh-every-steps=20",
                "train.few-views.below=8",
                "train.few-views.sum-from-step=40",
                "densify.from-step=20",
                "densify.until-step=90",
                "densify.every-steps=20",
                "densify.grow-gradient=1e-5",
                "checkpoint.min-interval=0s",
                "densify.max-gaussians=300"));
    all.addAll(List.of(settings));
    return TrainConfig.of(ConfigurationReader.withDefaultProfile("vanilla").settings(all).read());
  }

  private static TrainConfig applied(TrainConfig config) {
    return config.train().fewViews().applied(config, VIEWS);
  }

  /** Cancels after a step. */
  private record Until(int step, int[] seen) implements TrainListener {
    @Override
    public void onProgress(TrainingPoint point, int steps, long deviceBytes) {
      seen[0] = point.step();
    }

    @Override
    public boolean isCancelled() {
      return seen[0] >= step;
    }
  }

  private static SceneTraining.Outcome run(TrainConfig config, Path out) throws IOException {
    return run(config, out, Integer.MAX_VALUE);
  }

  private static SceneTraining.Outcome run(TrainConfig config, Path out, int until)
      throws IOException {
    try (CpuBackend backend = new CpuBackend(2)) {
      return SceneTraining.run(
          scene, config, ExportConfig.PLY, backend, out, new Until(until, new int[1]));
    }
  }

  @Test
  void appliesBelowItsLimit() {
    TrainConfig config = config();
    TrainConfig few = applied(config);
    assertThat(few.train()).isEqualTo(config.train().with(0, 0.8));
    assertThat(few.train().shDegreeAt(100)).isZero();
    assertThat(few.densify()).isEqualTo(config("densify.growth=none").densify());
    assertThat(few.optimizer().accumulate())
        .isEqualTo(new AccumulateConfig(1, List.of(new AccumulatePhase(40, 8))));
    assertThat(few)
        .isEqualTo(config.with(few.train(), few.densify(), few.prune(), few.optimizer()));
    assertThat(few.configHash()).isEqualTo(config.configHash());
    assertThat(applied(few)).as("applied once more").isEqualTo(few);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7})
  void nothingChangesAtItsLimit(int below) {
    TrainConfig config = config("train.few-views.below=" + below);
    assertThat(applied(config)).isSameAs(config);
  }

  @Test
  void aLowerDegreeStaysAndGaussiansMayGrow() {
    TrainConfig config =
        config(
            "train.sh-degree=1",
            "train.few-views.sh-degree=2",
            "train.few-views.ssim-weight=0.3",
            "train.few-views.grow=true",
            "train.few-views.sum-views=1",
            "prune.schedule=[{step: 90, keep: 0.5}]");
    TrainConfig few = applied(config);
    assertThat(few.train()).isEqualTo(config.train().with(1, 0.3));
    assertThat(few.densify()).isEqualTo(config.densify());
    assertThat(few.prune()).isEqualTo(config.prune());
    assertThat(few.optimizer()).isEqualTo(config.optimizer());
  }

  @Test
  void addsUpMoreViewsWhereConfigured() {
    TrainConfig config =
        config(
            "optimizer.accumulate.bands-views=16",
            "optimizer.accumulate.schedule=[{from-step: 10, views: 2}, {from-step: 60, views: 32},"
                + " {from-step: 80, views: 1}]");
    assertThat(applied(config).optimizer().accumulate())
        .isEqualTo(
            new AccumulateConfig(
                16,
                List.of(
                    new AccumulatePhase(10, 2),
                    new AccumulatePhase(40, 8),
                    new AccumulatePhase(60, 32),
                    new AccumulatePhase(80, 8))));
    TrainConfig dense = config("optimizer.update=all");
    assertThat(applied(dense).optimizer()).as("takes no sums").isEqualTo(dense.optimizer());
    assertThat(new FewViewsConfig(8, 0, 0.8, false, 8, 3000).scaledBy(0.1).sumFromStep())
        .isEqualTo(300);
  }

  /** No view is rendered for errors that nothing uses, and no statistics are gathered. */
  @ParameterizedTest
  @ValueSource(strings = {"gradient", "error"})
  void roundsWithoutGrowthMeasureNoErrors(String growth) {
    TrainConfig few =
        applied(
            config(
                "densify.growth=" + growth,
                "densify.budget=200",
                "densify.late.from-step=95",
                "densify.late.until-step=110",
                "densify.late.every-steps=5"));
    GaussianGrowth rounds =
        new GaussianGrowth(
            few.densify(),
            new GaussianBudget(200, ""),
            60,
            60,
            0,
            List.of(0, 1, 2, 3, 4, 5, 6),
            0.02,
            42);
    for (int step : new int[] {40, 100}) {
      DensifySettings settings = rounds.at(step, 2, 1, new RenderSettings(0, 0, 0, 0));
      assertThat(few.densify().isDueAt(step)).isTrue();
      assertThat(settings.growth()).isEqualTo(DensifySettings.Growth.NONE);
      assertThat(few.densify().isGatheringAt(step)).isFalse();
    }
    ResolutionSchedule coarse = ResolutionSchedule.of(few.train(), List.of(new Phase(100, 0.5)));
    assertThat(GrowthRule.violation(few, coarse)).isEmpty();
    assertThat(GrowthRule.violation(config(), coarse)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gradient", "error"})
  void trainsWithDegreeZeroAndWithoutGrowth(String growth, @TempDir Path few, @TempDir Path many)
      throws IOException {
    String[] settings = {"densify.growth=" + growth, "densify.budget=200"};
    SceneTraining.Outcome outcome = run(config(settings), few);
    Gaussians trained = outcome.training().gaussians();
    assertThat(trained.shDegree()).isZero();
    assertThat(PlyFormat.read(few.resolve("model.ply")).gaussians().shDegree()).isZero();
    assertThat(trained.size()).isBetween(30, 60);
    assertThat(outcome.training().maxGaussians()).isEqualTo(60);
    assertThat(outcome.metrics().gaussians()).isEqualTo(trained.size());
    assertThat(outcome.metrics().psnr()).isGreaterThan(15);
    SceneTraining.Outcome usual =
        run(config(settings[0], settings[1], "train.few-views.below=7"), many);
    assertThat(usual.training().gaussians().shDegree()).isEqualTo(2);
    assertThat(usual.training().gaussians().size()).isGreaterThan(60);
    assertThat(usual.training().maxGaussians()).isEqualTo(200);
  }

  /** There is no overgrowth to remove. */
  @Test
  void withoutGrowthThereAreNoPrunes(@TempDir Path out, @TempDir Path pruned) throws IOException {
    String prunes = "prune.schedule=[{step: 90, keep: 0.2}]";
    TrainConfig config = config(prunes);
    assertThat(applied(config).prune()).isEqualTo(PruneConfig.NONE);
    assertThat(applied(config).prune().lastStep()).isZero();
    assertThat(run(config, out).training().gaussians().size()).isBetween(30, 60);
    TrainConfig grown = config(prunes, "train.few-views.below=0", "densify.growth=none");
    assertThat(run(grown, pruned).training().gaussians().size()).isLessThanOrEqualTo(12);
  }

  @Test
  void roundsStillFadeAndPrune(@TempDir Path out, @TempDir Path faded) throws IOException {
    int stay = run(config(), out).training().gaussians().size();
    String[] fade = {"densify.opacity-decay=0.7", "densify.prune-opacity=0.05"};
    assertThat(run(config(fade), faded).training().gaussians().size()).isBetween(1, stay - 1);
  }

  /** The same as with everything said in its own key. */
  @Test
  void isTheConfigurationItSays(@TempDir Path few, @TempDir Path said) throws IOException {
    Gaussians expected =
        run(
                config(
                    "train.few-views.below=0",
                    "train.sh-degree=0",
                    "train.ssim-weight=0.8",
                    "densify.growth=none",
                    "optimizer.accumulate.schedule=[{from-step: 40, views: 8}]"),
                said)
            .training()
            .gaussians();
    assertThat(run(config(), few).training().gaussians()).isEqualTo(expected);
  }

  @Test
  void stoppedAndResumedIsTheSame(@TempDir Path whole, @TempDir Path parts) throws IOException {
    TrainConfig config = config("densify.opacity-decay=0.9", "train.few-views.sum-views=7");
    TrainResult undisturbed = run(config, whole).training();
    TrainResult cut = run(config, parts, 50).training();
    assertThat(cut.stoppedBy()).isEqualTo(StoppedBy.CANCELLED);
    assertThat(cut.steps()).isBetween(50, 119);
    TrainResult resumed = run(config, parts).training();
    assertThat(resumed.steps()).isEqualTo(120);
    assertThat(resumed.gaussians()).isEqualTo(undisturbed.gaussians());
    assertThat(resumed.maxGaussians()).isEqualTo(undisturbed.maxGaussians());
  }
}
