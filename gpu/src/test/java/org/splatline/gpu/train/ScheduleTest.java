package org.splatline.gpu.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.splatline.gpu.backend.AdamSettings;
import org.splatline.gpu.backend.TestGaussians;
import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.gpu.scene.Camera;
import org.splatline.gpu.scene.Intrinsics;

class ScheduleTest {
  @Test
  void densifiesFrom600To14900() {
    DensifyConfig densify = config("vanilla").densify();
    int[] due = IntStream.rangeClosed(1, 30_000).filter(densify::isDueAt).toArray();
    assertThat(due).hasSize(144).startsWith(600, 700).endsWith(14_800, 14_900);
  }

  @Test
  void reordersWithEveryTenthDensification() {
    DensifyConfig densify = config("vanilla").densify();
    assertThat(IntStream.rangeClosed(1, 30_000).filter(densify::isReorderDueAt))
        .hasSize(14)
        .startsWith(1000, 2000)
        .endsWith(13_000, 14_000);
    DensifyConfig never =
        TrainConfig.of(
                ConfigurationReader.withDefaultProfile("vanilla")
                    .settings(List.of("densify.reorder-every=0"))
                    .read())
            .densify();
    assertThat(IntStream.rangeClosed(1, 30_000).anyMatch(never::isReorderDueAt)).isFalse();
  }

  /** For a scene of 2 world units. */
  private static float largestScale(String setting, int step) {
    return TrainConfig.of(
            ConfigurationReader.withDefaultProfile("vanilla").settings(List.of(setting)).read())
        .densify()
        .at(step, 2, 1, 1)
        .pruneScale();
  }

  private static int[] resets(DensifyConfig densify, int steps) {
    return resets(densify, steps, false);
  }

  private static int[] resets(DensifyConfig densify, int steps, boolean onWhite) {
    return IntStream.rangeClosed(1, steps)
        .filter(step -> densify.isOpacityResetAt(step, steps, onWhite))
        .toArray();
  }

  @Test
  void clearsWhiteFogBeforeTheFirstDensification() {
    DensifyConfig densify = config("vanilla").densify();
    assertThat(resets(densify, 30_000, true)).containsExactly(500, 3000, 6000, 9000, 12_000);
    assertThat(resets(densify, 1000, true)).isEmpty();
  }

  @Test
  void neverEndsOnAnOpacityReset() {
    DensifyConfig densify = config("vanilla").densify();
    assertThat(resets(densify, 3000)).isEmpty();
    assertThat(resets(densify, 3599)).isEmpty();
    assertThat(resets(densify, 3600)).containsExactly(3000);
  }

  @Test
  void resetsOpacitiesFourTimes() {
    DensifyConfig densify = config("vanilla").densify();
    assertThat(resets(densify, 30_000)).containsExactly(3000, 6000, 9000, 12_000);
    assertThat(resets(densify, 7000)).containsExactly(3000, 6000);
    assertThat(densify.at(3000, 2, 1, 1).pruneScale()).isInfinite();
    assertThat(densify.at(3100, 2, 1, 1).pruneScale()).isEqualTo(0.2f);
    assertThat(largestScale("densify.max-scale=0.3", 600)).isEqualTo(0.6f);
    assertThat(largestScale("densify.max-scale=0.3", 3000)).isEqualTo(0.6f);
    assertThat(largestScale("densify.max-scale=0.3", 3100)).as("the lower").isEqualTo(0.2f);
    assertThat(largestScale("densify.max-scale=0.05", 3100)).isEqualTo(0.1f);
    assertThat(densify.at(3100, 2, 1, 1).split().cloneMaxScale()).isEqualTo(0.02f);
    assertThat(densify.at(3100, 2, 1, 1).growth().gradient()).isEqualTo(2e-4f);
    assertThat(densify.at(3100, 2, 1, 0.125).growth().gradient()).isEqualTo(16e-4f);
    DensifyConfig free = config("vanilla", "densify.hold-coarse-growth=false").densify();
    assertThat(free.at(3100, 2, 1, 0.125).growth().gradient()).isEqualTo(2e-4f);
    assertThat(densify.isGatheringAt(14_900)).isTrue();
    assertThat(densify.isGatheringAt(14_901)).as("no round is left to count it").isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0, 0.125", "5000, 0, 0.125", "5001, 1, 0.25", "10000, 1, 0.25", "10001, 2, 0.5",
    "15000, 2, 0.5", "15001, 3, 0.75", "19500, 3, 0.75", "19501, 4, 1", "30000, 4, 1"
  })
  void phases(int step, int phase, double scale) {
    ResolutionSchedule resolution = resolution(config("published"));
    assertThat(resolution.phaseAt(step)).isEqualTo(phase);
    assertThat(resolution.scaleOf(phase)).isEqualTo(scale);
    assertThat(resolution.untilStep()).isEqualTo(19_500);
  }

  private static ResolutionSchedule resolution(TrainConfig config) {
    return ResolutionSchedule.of(config.train(), config.train().phases());
  }

  private static TrainConfig config(String profile, String... settings) {
    return TrainConfig.of(
        ConfigurationReader.withDefaultProfile(profile).settings(List.of(settings)).read());
  }

  @ParameterizedTest
  @CsvSource({
    "linear, 1, 0.125",
    "linear, 500, 0.125",
    "linear, 501, 0.1375",
    "linear, 4501, 0.2375",
    "linear, 5000, 0.2375",
    "linear, 5001, 0.25",
    "linear, 10001, 0.5",
    "linear, 15000, 0.95",
    "linear, 15001, 1",
    "linear, 30000, 1",
    "logarithmic, 1, 0.125",
    "logarithmic, 501, 0.133972",
    "logarithmic, 2501, 0.176777",
    "logarithmic, 5001, 0.25",
    "logarithmic, 7501, 0.353553",
    "logarithmic, 10001, 0.5",
    "logarithmic, 12501, 0.707107",
    "logarithmic, 15001, 1"
  })
  void interpolatedPhases(String interpolation, int step, double scale) {
    ResolutionSchedule resolution =
        resolution(
            config(
                "progressive",
                "train.interpolation=" + interpolation,
                "train.phases=[{until-step: 5000, scale: 0.125},"
                    + " {until-step: 10000, scale: 0.25}, {until-step: 15000, scale: 0.5}]"));
    assertThat(resolution.scaleOf(resolution.phaseAt(step))).isCloseTo(scale, within(1e-6));
  }

  @Test
  void aLowerFinalScaleHoldsToTheEnd() {
    ResolutionSchedule resolution =
        resolution(
            config(
                "vanilla",
                "train.phases=[{until-step: 19500, scale: 0.125}]",
                "train.final-scale=0.5",
                "train.interpolation=logarithmic"));
    assertThat(resolution.scaleOf(resolution.phaseAt(1))).isEqualTo(0.125);
    assertThat(resolution.scaleOf(resolution.phaseAt(9751))).isCloseTo(0.25, within(0.01));
    assertThat(resolution.scaleOf(resolution.phaseAt(19_501))).isEqualTo(0.5);
    assertThat(resolution.scaleOf(resolution.phaseAt(30_000))).isEqualTo(0.5);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 2.4",
    "100, 2.4",
    "101, 2.387692",
    "200, 2.387692",
    "9751, 1.206154",
    "9801, 1.193846",
    "19400, 0.024615",
    "19500, 0.012308",
    "19501, 0",
    "30000, 0"
  })
  void blurFades(int step, double sigma) {
    assertThat(config("published").train().blur().sigmaAt(step)).isCloseTo(sigma, within(1e-6));
    assertThat(config("vanilla").train().blur().sigmaAt(step)).isZero();
  }

  @Test
  void densifiesAgainFrom20100To20400() {
    DensifyConfig densify = config("published").densify();
    assertThat(IntStream.rangeClosed(15_000, 30_000).filter(densify::isDueAt))
        .containsExactly(20_100, 20_200, 20_300, 20_400);
    assertThat(densify.isGatheringAt(20_000)).isFalse();
    assertThat(densify.isGatheringAt(20_001)).isTrue();
    assertThat(densify.isGatheringAt(20_499)).isTrue();
    assertThat(densify.isGatheringAt(20_500)).isFalse();
    assertThat(densify.isReorderDueAt(20_100)).isFalse();
    assertThat(densify.growsUntilStep()).isEqualTo(20_500);
  }

  @ParameterizedTest
  @CsvSource({
    "20000, 60000",
    "20500, 42000",
    "21000, 29400",
    "21500, 20600",
    "22000, 14400",
    "22500, 10100"
  })
  void prunesToSharesOfTheFirstCount(int step, int kept) {
    PruneConfig prune = config("published").prune();
    assertThat(prune.isDueAt(step)).isTrue();
    assertThat(prune.isFirst(step)).isEqualTo(step == 20_000);
    assertThat(prune.kept(step, 100_000, 100_000)).isEqualTo(kept);
    assertThat(prune.kept(step, 5, 100_000)).as("fewer than that are left").isEqualTo(5);
    assertThat(prune.kept(step, 99_999, 99_999)).isEqualTo((int) (kept / 100_000.0 * 99_999));
  }

  /** 0.9 in each 200 of 30,000 steps is 0.9 to the power of 0.1 in each 20 of 3,000. */
  @Test
  void opacityDecayIsPerStep() {
    DensifyConfig densify = config("progressive", "train.steps=3000").densify();
    assertThat(densify.everySteps()).isEqualTo(20);
    assertThat(densify.opacityDecay()).isCloseTo(Math.pow(0.9, 0.1), within(1e-12));
    assertThat(config("vanilla").densify().opacityDecay()).isEqualTo(1);
  }

  @Test
  void fastHasItsOwnClock() {
    TrainConfig fast = config("fast");
    assertThat(fast.train().steps()).isEqualTo(8000);
    assertThat(fast.train().phases()).containsExactly(new Phase(800, 0.25), new Phase(2400, 0.5));
    assertThat(fast.train().shEverySteps()).isEqualTo(533);
    assertThat(IntStream.rangeClosed(1, 8000).filter(fast.densify()::isDueAt))
        .startsWith(214, 321)
        .endsWith(3852, 3959);
    assertThat(resets(fast.densify(), 8000)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"vanilla", "progressive", "fast", "quality", "published"})
  void everyProfileIsAConfiguration(String profile) {
    TrainConfig config = config(profile);
    assertThat(config.profile()).isEqualTo(profile);
    assertThat(config.train().steps()).isPositive();
  }

  @Test
  void prunesSixTimesAndNeverToNothing() {
    PruneConfig prune = config("published").prune();
    assertThat(IntStream.rangeClosed(1, 30_000).filter(prune::isDueAt))
        .containsExactly(20_000, 20_500, 21_000, 21_500, 22_000, 22_500);
    assertThat(prune.lastStep()).isEqualTo(22_500);
    assertThat(prune.kept(22_500, 3, 3)).isEqualTo(1);
    assertThat(config("vanilla").prune().lastStep()).isZero();
  }

  /** Remove 60 %, then 0.7 times that share: what is left of 100,000 after each prune. */
  @Test
  void theDecayingRuleRemovesSharesOfWhatIsLeft() {
    PruneConfig prune = config("published", "prune.rule=decaying").prune();
    int[] expected = {40_000, 23_200, 16_379, 13_008, 11_134, 10_011};
    int left = 100_000;
    for (int i = 0; i < 6; i++) {
      left = prune.kept(20_000 + 500 * i, left, 100_000);
      assertThat(left).as("after prune %d", i).isCloseTo(expected[i], within(2));
    }
  }

  /** 25,000 of 100,000: ln 0.25 / ln 0.101 = 0.604673; 0.6^0.604673 = 0.734267, and so on. */
  @ParameterizedTest
  @CsvSource({
    "20000, 73426",
    "20500, 59181",
    "21000, 47700",
    "21500, 38469",
    "22000, 30980",
    "22500, 25000"
  })
  void bendsItsSharesTowardsACount(int step, int kept) {
    PruneConfig prune = config("published", "prune.keep-gaussians=25000").prune();
    assertThat(prune.kept(step, 100_000, 100_000)).isEqualTo(kept);
    assertThat(prune.kept(step, 24_999, 100_000)).as("never more than there are").isEqualTo(24_999);
    assertThat(prune.kept(step, 20_000, 20_000)).as("fewer from the start").isEqualTo(20_000);
  }

  @ParameterizedTest
  @CsvSource({"keep, 1", "keep, 77", "keep, 5000", "keep, 99999", "decaying, 1", "decaying, 5000"})
  void endsAtExactlyTheCountAskedFor(String rule, int wanted) {
    PruneConfig prune =
        config("published", "prune.rule=" + rule, "prune.keep-gaussians=" + wanted).prune();
    int left = 100_000;
    for (PruneStep step : prune.schedule()) {
      int kept = prune.kept(step.step(), left, 100_000);
      assertThat(kept).as("after step %d", step.step()).isBetween(wanted, left);
      left = kept;
    }
    assertThat(left).isEqualTo(wanted);
  }

  @Test
  void aScheduleThatKeepsAllPrunesToACountAtItsEnd() {
    PruneConfig prune =
        config(
                "vanilla",
                "prune.schedule=[{step: 10, keep: 1}, {step: 20, keep: 1}]",
                "prune.keep-gaussians=7")
            .prune();
    assertThat(prune.kept(10, 100, 100)).isEqualTo(100);
    assertThat(prune.kept(20, 100, 100)).isEqualTo(7);
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "999, 0", "1000, 1", "1999, 1", "2000, 2", "2999, 2", "3000, 3", "30000, 3"})
  void harmonicsGrowByDegree(int step, int degree) {
    assertThat(config("vanilla").train().shDegreeAt(step)).isEqualTo(degree);
  }

  @Test
  void positionRateFallsLogLinearly() {
    OptimizerConfig optimizer = config("vanilla").optimizer();
    assertThat(optimizer.at(0, 30_000, 2).meansRate()).isCloseTo(3.2e-4f, within(1e-9f));
    assertThat(optimizer.at(15_000, 30_000, 1).meansRate()).isCloseTo(1.6e-5f, within(1e-9f));
    assertThat(optimizer.at(30_000, 30_000, 1).meansRate()).isCloseTo(1.6e-6f, within(1e-10f));
    assertThat(optimizer.at(40_000, 30_000, 1).meansRate()).isCloseTo(1.6e-6f, within(1e-10f));
    assertThat(optimizer.at(15_000, 30_000, 1).opacityRate()).isEqualTo(0.025f);
  }

  /** Means fall as ever; sqrt(0.01) in the middle of the last 10,000 steps. */
  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "15000, 1",
    "20000, 1",
    "22500, 0.316228",
    "25000, 0.1",
    "30000, 0.01",
    "31000, 0.01"
  })
  void allRatesFallOverTheFinalSteps(int step, double share) {
    OptimizerConfig plain = config("vanilla").optimizer();
    OptimizerConfig falling =
        config("vanilla", "optimizer.final-share=0.01", "optimizer.final-steps=10000").optimizer();
    AdamSettings wanted = plain.at(step, 30_000, 2);
    AdamSettings adam = falling.at(step, 30_000, 2);
    assertThat(adam.meansRate()).isEqualTo(wanted.meansRate());
    assertThat(adam.sh0Rate() / wanted.sh0Rate()).isCloseTo((float) share, within(1e-6f));
    assertThat(adam.shRestRate() / wanted.shRestRate()).isCloseTo((float) share, within(1e-6f));
    assertThat(adam.opacityRate() / wanted.opacityRate()).isCloseTo((float) share, within(1e-6f));
    assertThat(adam.scaleRate() / wanted.scaleRate()).isCloseTo((float) share, within(1e-6f));
    assertThat(adam.quatRate() / wanted.quatRate()).isCloseTo((float) share, within(1e-6f));
    assertThat(config("vanilla", "optimizer.final-share=0.01").optimizer().at(step, 30_000, 2))
        .as("no steps to fall over")
        .isEqualTo(wanted);
  }

  @Test
  void finalStepsScaleWithTraining() {
    OptimizerConfig half =
        config("progressive", "train.steps=15000", "optimizer.final-steps=10000").optimizer();
    assertThat(half.finalSteps()).isEqualTo(5000);
    assertThat(half.finalShare()).isEqualTo(1);
  }

  @Test
  void eachRoundTakesEveryViewOnce() {
    ViewOrder order = new ViewOrder(new int[] {0, 1, 2, 3, 4, 5, 6}, 42, 0);
    for (int round = 0; round < 3; round++) {
      int first = 7 * round + 1;
      assertThat(IntStream.range(first, first + 7).map(order::at))
          .containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6);
    }
    int[] whole = IntStream.rangeClosed(1, 21).map(order::at).toArray();
    ViewOrder resumed = new ViewOrder(new int[] {0, 1, 2, 3, 4, 5, 6}, 42, 0);
    assertThat(IntStream.rangeClosed(11, 21).map(resumed::at).toArray())
        .containsExactly(Arrays.copyOfRange(whole, 10, 21));
    assertThat(Arrays.copyOfRange(whole, 0, 7)).isNotEqualTo(Arrays.copyOfRange(whole, 7, 14));
  }

  @Test
  void anOrderDrawsFromItsViewsFromItsStepOn() {
    ViewOrder some = new ViewOrder(new int[] {1, 4, 9}, 42, 100);
    for (int first : new int[] {101, 104, 107}) {
      assertThat(IntStream.range(first, first + 3).map(some::at))
          .containsExactlyInAnyOrder(1, 4, 9);
    }
    int[] whole = IntStream.rangeClosed(101, 120).map(some::at).toArray();
    ViewOrder resumed = new ViewOrder(new int[] {1, 4, 9}, 42, 100);
    assertThat(IntStream.rangeClosed(111, 120).map(resumed::at).toArray())
        .containsExactly(Arrays.copyOfRange(whole, 10, 20));
  }

  @ParameterizedTest
  @CsvSource({
    "1061, 1893, 1, 1061, 1893",
    "1061, 1893, 8, 133, 237",
    "800, 600, 3, 267, 200",
    "10, 1000, 8, 1, 125"
  })
  void reducedSides(int width, int height, double reduce, int expectedWidth, int expectedHeight) {
    Camera camera = TestGaussians.camera(width, height, 1);
    Intrinsics reduced =
        TargetSizes.reduced(
                camera,
                new ImageConfig(reduce, ImageConfig.Background.BLACK, ImageConfig.Alpha.COMPOSITE))
            .intrinsics();
    assertThat(reduced.width()).isEqualTo(expectedWidth);
    assertThat(reduced.height()).isEqualTo(expectedHeight);
    assertThat(reduced.fx() / camera.intrinsics().fx())
        .isCloseTo((double) expectedWidth / width, within(1e-12));
  }

  @ParameterizedTest
  @CsvSource({
    "480, 360, 0.125, 60, 45",
    "133, 237, 0.125, 32, 57",
    "133, 237, 1, 133, 237",
    "20, 400, 0.5, 20, 400"
  })
  void noPhaseGoesBelow32Pixels(
      int width, int height, double scale, int expectedWidth, int expectedHeight) {
    Intrinsics size =
        TargetSizes.inPhase(TestGaussians.camera(width, height, 1), scale).intrinsics();
    assertThat(size.width()).isEqualTo(expectedWidth);
    assertThat(size.height()).isEqualTo(expectedHeight);
  }
}
