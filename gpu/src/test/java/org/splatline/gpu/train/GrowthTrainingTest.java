package org.splatline.gpu.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.splatline.gpu.backend.DensifySettings;
import org.splatline.gpu.backend.RenderSettings;
import org.splatline.gpu.backend.Target;
import org.splatline.gpu.backend.TestGaussians;
import org.splatline.gpu.config.ConfigException;
import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.gpu.cpu.CpuBackend;
import org.splatline.gpu.picture.Picture;
import org.splatline.gpu.scene.Scene;
import org.splatline.gpu.scene.SparsePoints;

/** The budget, the curve to it, and trainings that follow it. */
class GrowthTrainingTest {
  private static final RenderSettings RENDER = new RenderSettings(1, 0, 0, 0);

  /** Of eight training views, the fourth is kept from training. */
  private static final List<Integer> VIEWS = List.of(0, 1, 2, 4, 5, 6, 7);

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
                "checkpoint.min-interval=0s",
                "train.sh-degree=1",
                "train.steps=230",
                "densify.from-step=20",
                "densify.until-step=220",
                "densify.every-steps=10",
                "densify.growth=error",
                "densify.grow-gradient=0",
                "densify.error-views=3",
                "densify.budget=150"));
    all.addAll(List.of(settings));
    return TrainConfig.of(ConfigurationReader.withDefaultProfile("vanilla").settings(all).read());
  }

  /** The number of Gaussians after each step. Cancels after a step. */
  private static final class Numbers implements TrainListener {
    final List<TrainingPoint> points = new ArrayList<>();
    private final int cancelAt;
    private int step;

    Numbers(int cancelAt) {
      this.cancelAt = cancelAt;
    }

    @Override
    public void onProgress(TrainingPoint point, int steps, long deviceBytes) {
      points.add(point);
      step = point.step();
    }

    @Override
    public boolean isCancelled() {
      return step >= cancelAt;
    }
  }

  @Test
  void randomPointsAreAtMostTheLargestNumber(@TempDir Path out) {
    int random = 100_000;
    SparsePoints points =
        new SparsePoints(
            TestGaussians.random(random, 1, 3).means(),
            new byte[3 * random],
            Map.of(),
            SparsePoints.Origin.RANDOM);
    Scene withoutPoints =
        new Scene("tiny", scene.trainViews(), scene.testViews(), points, List.of());
    TrainConfig config =
        config("densify.max-gaussians=3000", "densify.budget=none", "train.steps=3");
    Numbers numbers = new Numbers(Integer.MAX_VALUE);
    try (CpuBackend backend = new CpuBackend(2)) {
      TrainResult result = Trainer.train(withoutPoints, config, backend, out, numbers);
      assertThat(result.gaussians().size()).isEqualTo(3000);
    }
    assertThat(points.capped(3000).positions())
        .isEqualTo(Arrays.copyOf(points.positions(), 3 * 3000));
  }

  private static TrainResult train(TrainConfig config, Path out, Numbers numbers) {
    try (CpuBackend backend = new CpuBackend(2)) {
      return Trainer.train(scene, config, backend, out, numbers);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"random", "long-axis"})
  void endsAtExactlyTheBudget(String split, @TempDir Path out) {
    Numbers numbers = new Numbers(Integer.MAX_VALUE);
    TrainConfig config = config("densify.split=" + split);
    TrainResult result = train(config, out, numbers);
    assertThat(result.gaussians().size()).isEqualTo(150);
    assertThat(result.maxGaussians()).isEqualTo(150);
    GaussianGrowth growth = growth(config, 150, 60);
    assertThat(numbers.points).hasSizeGreaterThan(10);
    for (TrainingPoint point : numbers.points) {
      int round = point.step() / 10 * 10;
      if (30 <= round && round <= 210) {
        assertThat(point.gaussians()).as("step %d", point.step()).isEqualTo(growth.goal(round));
      }
    }
  }

  /** Opacities decay so fast that many Gaussians are pruned in each round. */
  @Test
  void whatIsPrunedIsReplaced(@TempDir Path out) {
    TrainResult result =
        train(
            config("densify.opacity-decay=0.8", "densify.prune-opacity=0.05"),
            out,
            new Numbers(Integer.MAX_VALUE));
    assertThat(result.gaussians().size()).isBetween(100, 150);
    TrainResult kept =
        train(
            config(
                "densify.opacity-decay=0.8",
                "densify.prune-opacity=0.05",
                "densify.budget=none",
                "densify.growth=gradient",
                "densify.grow-gradient=1e9"),
            out.resolve("none"),
            new Numbers(Integer.MAX_VALUE));
    assertThat(kept.gaussians().size()).as("of 60, without growth").isLessThan(50);
  }

  /** Grows to one and a half times the budget; the only prune removes the rest. */
  @Test
  void theLastPruneKeepsTheBudget(@TempDir Path out) {
    Numbers numbers = new Numbers(Integer.MAX_VALUE);
    TrainResult result =
        train(
            config(
                "densify.budget=100",
                "densify.overgrowth=1.5",
                "prune.schedule=[{step: 215, keep: 0.9}]"),
            out,
            numbers);
    assertThat(result.gaussians().size()).isEqualTo(100);
    assertThat(result.maxGaussians()).isEqualTo(150);
    assertThat(numbers.points.stream().mapToInt(TrainingPoint::gaussians).max()).hasValue(150);
    PruneConfig prune = config("prune.keep-gaussians=7").prune();
    assertThat(prune.within(100)).as("what is asked for comes first").isEqualTo(prune);
  }

  @Test
  void gradientsFollowTheBudgetToo(@TempDir Path out) {
    TrainResult result =
        train(
            config("densify.growth=gradient", "densify.grow-gradient=1e-9"),
            out,
            new Numbers(Integer.MAX_VALUE));
    assertThat(result.gaussians().size()).isEqualTo(150);
  }

  /** Stopped between two rounds; pruning and random background take part. */
  @Test
  void stoppedAndResumedIsTheSame(@TempDir Path whole, @TempDir Path parts) {
    TrainConfig config =
        config(
            "densify.split=long-axis",
            "densify.opacity-decay=0.97",
            "densify.opacity-limit=0.9",
            "densify.prune-opacity=0.05",
            "image.background=random",
            "checkpoint.every-steps=1000000");
    TrainResult undisturbed = train(config, whole, new Numbers(Integer.MAX_VALUE));
    TrainResult cut = train(config, parts, new Numbers(95));
    assertThat(cut.stoppedBy()).isEqualTo(StoppedBy.CANCELLED);
    assertThat(cut.steps()).isBetween(95, 200);
    TrainResult resumed = train(config, parts, new Numbers(Integer.MAX_VALUE));
    assertThat(resumed.gaussians().size()).isGreaterThan(60);
    assertThat(resumed.gaussians()).isEqualTo(undisturbed.gaussians());
    for (float logit : undisturbed.gaussians().logitOpacities()) {
      assertThat(logit).isFinite();
    }
  }

  private static GaussianGrowth growth(TrainConfig config, int budget, int start) {
    GaussianBudget named = new GaussianBudget(budget, "");
    return new GaussianGrowth(
        config.densify(),
        named,
        start,
        GaussianGrowth.limit(config.densify(), named),
        config.prune().lastStep(),
        VIEWS,
        0.02,
        config.train().seed());
  }

  /** Rounds at 30, 40, …, 210: t = 1/19, 2/19, …, 1. */
  @ParameterizedTest
  @CsvSource({"1, 0.052632", "2, 0.0027701", "0.5, 0.229416"})
  void theNumberFollowsItsCurve(double exponent, double first) {
    TrainConfig config = config("densify.growth-exponent=" + exponent);
    GaussianGrowth growth = growth(config, 100_000, 20_000);
    assertThat(growth.goal(30)).isEqualTo((int) Math.round(20_000 + 80_000 * first));
    assertThat(growth.goal(120))
        .isEqualTo((int) Math.round(20_000 + 80_000 * Math.pow(10 / 19.0, exponent)));
    assertThat(growth.goal(210)).isEqualTo(100_000);
    assertThat(growth.goal(500)).as("in late rounds").isEqualTo(100_000);
    GaussianGrowth crowded = growth(config, 1000, 20_000);
    assertThat(crowded.goal(30)).as("from more points than the budget").isEqualTo(1000);
  }

  @Test
  void growthEndsAtTheBudgetTimesOvergrowthOrTheLimit() {
    DensifyConfig twice = config("densify.overgrowth=2").densify();
    assertThat(GaussianGrowth.limit(twice, new GaussianBudget(150, ""))).isEqualTo(300);
    assertThat(GaussianGrowth.limit(twice, GaussianBudget.NONE)).isEqualTo(5_000_000);
    DensifyConfig little = config("densify.overgrowth=2", "densify.max-gaussians=200").densify();
    assertThat(GaussianGrowth.limit(little, new GaussianBudget(150, ""))).isEqualTo(200);
  }

  @Test
  void afterTheLastPruneGrowthEndsAtTheBudget() {
    TrainConfig config = config("densify.overgrowth=2", "prune.schedule=[{step: 100, keep: 0.5}]");
    GaussianGrowth growth = growth(config, 1000, 100);
    assertThat(growth.goal(100)).isEqualTo((int) Math.round(100 + 1900 * 8 / 19.0));
    assertThat(growth.goal(110)).isEqualTo((int) Math.round(100 + 900 * 9 / 19.0));
    assertThat(growth.goal(210)).isEqualTo(1000);
  }

  @Test
  void roundsAreAsInVanillaByDefault() {
    TrainConfig vanilla = TrainConfig.of(ConfigurationReader.withDefaultProfile("vanilla").read());
    GaussianGrowth growth =
        new GaussianGrowth(
            vanilla.densify(), GaussianBudget.NONE, 60, 5_000_000, 0, VIEWS, 0.02, 42);
    assertThat(growth.at(600, 2, 1, RENDER))
        .isEqualTo(
            new DensifySettings(2e-4f, 0.02f, 0.005f, Float.POSITIVE_INFINITY, 5_000_000, 42, 600));
  }

  @Test
  void errorsAreMeasuredOnDistinctViews() {
    GaussianGrowth growth = growth(config(), 150, 60);
    DensifySettings settings = growth.at(30, 2, 1, RENDER);
    assertThat(settings.growth().errors().targets()).isEqualTo(growth.errorViews(30)).hasSize(3);
    assertThat(settings.growth().errors().gate()).isEqualTo(0.02f);
    assertThat(settings.growth().goal()).isEqualTo(growth.goal(30));
    int[] seen = new int[8];
    for (int step = 30; step <= 2130; step += 10) {
      List<Integer> views = growth.errorViews(step);
      assertThat(views).hasSize(3).doesNotHaveDuplicates().isEqualTo(growth.errorViews(step));
      views.forEach(view -> seen[view]++);
    }
    assertThat(seen[3]).isZero();
    assertThat(Arrays.stream(seen).filter(count -> count > 60)).as("of 633 / 7 = 90").hasSize(7);
    assertThat(growth(config("densify.error-views=20"), 150, 60).errorViews(30))
        .containsExactlyInAnyOrderElementsOf(VIEWS);
  }

  private static Scene sceneOf(int points, SparsePoints.Origin origin) {
    return new Scene(
        "points",
        List.of(),
        List.of(),
        new SparsePoints(new float[3 * points], new byte[3 * points], Map.of(), origin),
        List.of());
  }

  /** Pictures of a thousand by five hundred pixels. */
  private static List<Target> targets(int count) {
    Picture picture = new Picture(2, 1, 3, new byte[6]);
    return IntStream.range(0, count)
        .mapToObj(i -> new Target(TestGaussians.camera(1000, 500, i), picture))
        .toList();
  }

  @ParameterizedTest(name = "{0} pictures of half a megapixel, {1} {2} points: {3}")
  @CsvSource({
    "200, 100000, MEASURED, 149000",
    "200, 20000, MEASURED, 48590",
    "200, 10000, MEASURED, 21896",
    "200, 100000, RANDOM, 109000",
    "2, 100000, MEASURED, 5000",
    "200, 10, MEASURED, 5000",
    "3, 100000, RANDOM, 5000"
  })
  void theAutomaticBudgetIsFromPixelsAndPoints(
      int pictures, int points, SparsePoints.Origin origin, int expected) {
    GaussianBudget budget = GaussianBudget.of("auto", sceneOf(points, origin), targets(pictures));
    assertThat(budget.gaussians()).isEqualTo(expected);
    assertThat(budget.rule()).contains("per megapixel", "at least 5,000");
  }

  @Test
  void aBudgetIsANumberOrNone() {
    Scene any = sceneOf(1, SparsePoints.Origin.RANDOM);
    assertThat(GaussianBudget.of("12345", any, targets(1)).gaussians()).isEqualTo(12_345);
    assertThat(GaussianBudget.of("none", any, targets(1))).isEqualTo(GaussianBudget.NONE);
    for (String invalid : List.of("0", "-3", "many", "1e6", "")) {
      assertThatThrownBy(() -> config("densify.budget=" + invalid))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("Invalid densify.budget: " + invalid + " is not none, auto or a");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "densify.error-views=0; Invalid densify.error-views: 0 is not at least 1",
        "densify.growth-exponent=0; Invalid densify.growth-exponent: 0.0 is not above 0",
        "densify.overgrowth=0.9; Invalid densify.overgrowth: 0.9 is not at least 1",
        "densify.opacity-decay=0; Invalid densify.opacity-decay: 0.0 is not in (0, 1]",
        "densify.opacity-limit=1.1; Invalid densify.opacity-limit: 1.1 is not in (0, 1]",
        "densify.growth=gradient; Invalid densify.grow-gradient: 0.0 is not above 0",
        "densify.split=sideways; Invalid densify.split"
      })
  void otherValuesAreRefused(String setting, String message) {
    assertThatThrownBy(() -> config(setting))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }
}
