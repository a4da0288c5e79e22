package org.splatline.gpu.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.splatline.gpu.backend.GpuConfig;
import org.splatline.gpu.backend.GpuConfig.Pictures;
import org.splatline.gpu.backend.Precision;
import org.splatline.gpu.backend.Target;
import org.splatline.gpu.backend.TestGaussians;
import org.splatline.gpu.backend.TrainingLoad;
import org.splatline.gpu.picture.Picture;

class MemoryPlanTest {
  private static final long GIB = 1L << 30;

  /** 200 pictures of 2 megapixels, which need 1 GiB. */
  private static MemoryPlan.Demand demand(int gaussians, int maxGaussians) {
    return new MemoryPlan.Demand(
        gaussians,
        maxGaussians,
        Precision.FLOAT,
        200,
        GIB,
        40 << 20,
        1920 * 1088,
        120 * 68,
        false,
        false,
        false);
  }

  private static MemoryPlan plan(int gaussians, int maxGaussians, long budget) {
    return MemoryPlan.of(demand(gaussians, maxGaussians), share(budget), Pictures.AUTO);
  }

  private static MemoryPlan.Budget share(long bytes) {
    return new MemoryPlan.Budget(bytes, "gpu.memory-share");
  }

  private static MemoryPlan.Budget limited(long maxMemory, long free) {
    return MemoryPlan.Budget.of(
        new GpuConfig(0, false, 0.5, maxMemory, Pictures.AUTO, 1), free, 80 * GIB);
  }

  @Test
  void aBudgetIsTheLimitOrAShareOfWhatIsFree() {
    assertThat(limited(0, 8 * GIB)).isEqualTo(share(4 * GIB));
    assertThat(limited(6 * GIB, 8 * GIB)).isEqualTo(share(4 * GIB));
    long uncounted = 1 << 20;
    assertThat(limited(3 * GIB, 8 * GIB))
        .isEqualTo(new MemoryPlan.Budget(3 * GIB - uncounted, "gpu.max-memory"));
    assertThat(limited(5, 8 * GIB)).isEqualTo(new MemoryPlan.Budget(0, "gpu.max-memory"));
  }

  @Test
  void trainersThatShareADeviceGetEqualPartsOfAllOfIt() {
    GpuConfig four = new GpuConfig(0, false, 0.5, 0, Pictures.AUTO, 4);
    assertThat(MemoryPlan.Budget.of(four, 80 * GIB, 80 * GIB)).isEqualTo(share(10 * GIB));
    assertThat(MemoryPlan.Budget.of(four, 11 * GIB, 80 * GIB)).isEqualTo(share(10 * GIB));
    assertThat(MemoryPlan.Budget.of(four, 3 * GIB, 80 * GIB))
        .as("no more than is free")
        .isEqualTo(share(3 * GIB));
    GpuConfig limited = new GpuConfig(0, false, 0.5, 2 * GIB, Pictures.AUTO, 4);
    assertThat(MemoryPlan.Budget.of(limited, 80 * GIB, 80 * GIB).key()).isEqualTo("gpu.max-memory");
  }

  @Test
  void aRefusalNamesTheLimit() {
    MemoryPlan plan =
        MemoryPlan.of(demand(3_000_000, 5_000_000), limited(GIB, 80 * GIB), Pictures.AUTO);
    assertThat(plan.refusal())
        .hasValueSatisfying(
            text ->
                assertThat(text)
                    .contains("1023 MiB may be used. Raise image.reduce or gpu.max-memory, start"));
  }

  @Test
  void aLimitHoldsAsManyGaussiansAsItsBudget() {
    MemoryPlan plan =
        MemoryPlan.of(demand(100_000, 5_000_000), limited(4 * GIB, 80 * GIB), Pictures.AUTO);
    int fitting = plan.fittingGaussians();
    assertThat(fitting).isBetween(1_000_000, 4_999_999);
    assertThat(plan.bytes(fitting)).isLessThan(4 * GIB);
    assertThat(plan.streamed())
        .as("the maximum number of Gaussians comes before pictures")
        .isTrue();
  }

  @Test
  void theLargestCapOfAllIsLoweredToo() {
    MemoryPlan plan = MemoryPlan.of(demand(100, Integer.MAX_VALUE), share(4 * GIB), Pictures.AUTO);
    int fitting = assertTimeoutPreemptively(Duration.ofSeconds(20), plan::fittingGaussians);
    assertThat(fitting).isBetween(1_000_000, 10_000_000);
    assertThat(plan.bytes(fitting)).isLessThanOrEqualTo(4 * GIB);
    assertThat(plan.bytes(Integer.MAX_VALUE)).isGreaterThan(1000 * GIB);
  }

  @Test
  void countsEachPart() {
    MemoryPlan plan = new MemoryPlan(demand(1_000_000, 1_000_000), share(100 * GIB), true, false);
    long arrays = 2 * 720L * 1_000_000;
    long scratch = 24L * 1_000_000;
    long view = ViewBuffers.bytes(1_000_000, 2_000_000 + 1920 * 1088, 1920 * 1088, 120 * 68);
    assertThat(plan.bytes(1_000_000)).isEqualTo(arrays + scratch + view + GIB);
    MemoryPlan frugal = new MemoryPlan(demand(1_000_000, 1_000_000), share(100 * GIB), false, true);
    assertThat(frugal.bytes(1_000_000))
        .isEqualTo((720L + 192) * 1_000_000 + scratch + view + (40 << 20));
  }

  @Test
  void mixedPrecisionTakesTwoFifthsLess() {
    assertThat(GaussianArrays.bytesPerGaussian(Precision.FLOAT, false)).isEqualTo(720);
    assertThat(GaussianArrays.bytesPerGaussian(Precision.MIXED, false)).isEqualTo(432);
    MemoryPlan.Demand mixed =
        new MemoryPlan.Demand(
            1,
            1_000_000,
            Precision.MIXED,
            200,
            GIB,
            40 << 20,
            1920 * 1088,
            8160,
            false,
            false,
            false);
    long saved =
        new MemoryPlan(demand(1, 1_000_000), share(GIB), true, false).bytes(1_000_000)
            - new MemoryPlan(mixed, share(GIB), true, false).bytes(1_000_000);
    assertThat(saved).isEqualTo(2 * 288L * 1_000_000);
  }

  @Test
  void masksTakeSixtyFourBytes() {
    assertThat(GaussianArrays.bytesPerGaussian(Precision.FLOAT, true)).isEqualTo(720 + 64);
    MemoryPlan.Demand masked =
        new MemoryPlan.Demand(
            1,
            1_000_000,
            Precision.FLOAT,
            200,
            GIB,
            40 << 20,
            1920 * 1088,
            8160,
            true,
            false,
            false);
    long more =
        new MemoryPlan(masked, share(GIB), true, false).bytes(1_000_000)
            - new MemoryPlan(demand(1, 1_000_000), share(GIB), true, false).bytes(1_000_000);
    assertThat(more).isEqualTo(2 * 64L * 1_000_000);
    assertThat(
            MemoryPlan.Demand.of(
                    7, new TrainingLoad(5, Precision.FLOAT, List.of(), true, false, false))
                .masked())
        .isTrue();
  }

  @Test
  void sumsOfGradientsTakeTwoHundredFortyFourBytes() {
    MemoryPlan.Demand summed =
        new MemoryPlan.Demand(
            1,
            1_000_000,
            Precision.FLOAT,
            200,
            GIB,
            40 << 20,
            1920 * 1088,
            8160,
            false,
            true,
            false);
    long more =
        new MemoryPlan(summed, share(GIB), true, false).bytes(1_000_000)
            - new MemoryPlan(demand(1, 1_000_000), share(GIB), true, false).bytes(1_000_000);
    assertThat(more).isEqualTo(244L * 1_000_000);
    assertThat(
            MemoryPlan.Demand.of(
                    7, new TrainingLoad(5, Precision.FLOAT, List.of(), false, true, false))
                .accumulates())
        .isTrue();
  }

  @Test
  void exposuresTakeAPictureAndTheirState() {
    Target target =
        new Target(TestGaussians.camera(100, 50, 1), TestGaussians.picture(100, 50, 3, 1));
    List<Target> targets = List.of(target, target);
    long more =
        new MemoryPlan(
                    MemoryPlan.Demand.of(
                        7, new TrainingLoad(9, Precision.FLOAT, targets, false, false, true)),
                    share(GIB),
                    true,
                    false)
                .bytes(9)
            - new MemoryPlan(
                    MemoryPlan.Demand.of(7, new TrainingLoad(9, Precision.FLOAT, targets)),
                    share(GIB),
                    true,
                    false)
                .bytes(9);
    // planes of 112 x 64 px, 37 numbers a view, 12 sums in 264 blocks
    assertThat(more).isEqualTo(4L * (3 * 112 * 64 + 37 * 2 + 12 * 264));
  }

  @Test
  void aViewsBuffersAreCountedByTheirOwnFormula() {
    // 120 bytes per Gaussian and a quarter more of them, 34 per intersection (50 if blending is
    // coarse), 24 per pixel, and the chains of the sort.
    double bytes = ViewBuffers.bytes(4_000_000, 32_000_000, 2_000_000, 8000);
    double expected = 120 * 5e6 + 34.0 * 32e6 + 24 * 2e6;
    assertThat(bytes).isBetween(expected, 1.02 * expected);
    double coarse = ViewBuffers.bytes(4_000_000, 32_000_000, 200_000, 1000);
    double expectedCoarse = 120 * 5e6 + 50.0 * 32e6 + 24 * 2e5;
    assertThat(coarse).isBetween(expectedCoarse, 1.02 * expectedCoarse);
  }

  @Test
  void takesTheFirstPlacingThatReachesTheCap() {
    MemoryPlan roomy = plan(100_000, 2_000_000, 20 * GIB);
    assertThat(roomy.spare()).isTrue();
    assertThat(roomy.streamed()).isFalse();
    assertThat(roomy.pictureRoom()).isGreaterThan(10 * GIB);

    long withoutSpare =
        new MemoryPlan(demand(100_000, 2_000_000), share(0), false, false).bytes(2_000_000);
    MemoryPlan tight = plan(100_000, 2_000_000, withoutSpare);
    assertThat(tight.spare()).isFalse();
    assertThat(tight.streamed()).isFalse();
    assertThat(tight.pictureRoom()).isEqualTo(GIB);

    MemoryPlan tighter = plan(100_000, 2_000_000, withoutSpare - 1);
    assertThat(tighter.spare()).isFalse();
    assertThat(tighter.streamed()).isTrue();
    assertThat(tighter.pictureRoom()).isEqualTo(GIB - 1);
  }

  @Test
  void streamingLeavesRoomForTheSpareSetWhereItCan() {
    MemoryPlan.Demand many =
        new MemoryPlan.Demand(
            10, 1_000_000, Precision.FLOAT, 5000, 30 * GIB, GIB, 4096, 16, false, false, false);
    MemoryPlan plan = MemoryPlan.of(many, share(10 * GIB), Pictures.AUTO);
    assertThat(plan.streamed()).isTrue();
    assertThat(plan.spare()).isTrue();
    MemoryPlan kept = MemoryPlan.of(many, share(10 * GIB), Pictures.RESIDENT);
    assertThat(kept.streamed()).isFalse();
    assertThat(kept.refusal()).isPresent();
    MemoryPlan forced = MemoryPlan.of(many, share(100 * GIB), Pictures.STREAMED);
    assertThat(forced.streamed()).isTrue();
  }

  @Test
  void countsHowManyFitWhereTheCapDoesNot() {
    MemoryPlan plan = plan(100_000, 5_000_000, 4 * GIB);
    int fitting = plan.fittingGaussians();
    assertThat(fitting).isBetween(100_000, 4_999_999);
    assertThat(plan.bytes(fitting)).isLessThanOrEqualTo(4 * GIB);
    assertThat(plan.bytes(fitting + 1)).isGreaterThan(4 * GIB);
    assertThat(plan.refusal()).isEmpty();
  }

  /** Of 50 megapixels, the intersections of 100,000 Gaussians take more than all else. */
  @Test
  void aLargePictureHasManyIntersections() {
    int pixels = 8192 * 6144;
    MemoryPlan.Demand large =
        new MemoryPlan.Demand(
            100_000, 100_000, Precision.FLOAT, 1, 0, 0, pixels, pixels / 256, false, false, false);
    long bytes = new MemoryPlan(large, share(100 * GIB), true, false).bytes(100_000);
    assertThat(bytes).isGreaterThan(34L * pixels + 24L * pixels);
  }

  @Test
  void refusesWhatDoesNotFitAtTheStart() {
    MemoryPlan plan = plan(3_000_000, 5_000_000, GIB);
    assertThat(plan.refusal())
        .hasValueSatisfying(
            text ->
                assertThat(text)
                    .startsWith("3,000,000 Gaussians and 200 pictures need ")
                    .contains("1.0 GiB may be used")
                    .contains("Raise image.reduce or gpu.memory-share"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1000, 5_000_000})
  void moreGaussiansNeverNeedLess(int n) {
    for (boolean spare : new boolean[] {true, false}) {
      MemoryPlan plan = new MemoryPlan(demand(0, 5_000_000), share(GIB), spare, false);
      assertThat(plan.bytes(n + 1)).isGreaterThanOrEqualTo(plan.bytes(n));
    }
  }

  @Test
  void aDemandIsThatOfTheLargestView() {
    Target small = new Target(TestGaussians.camera(40, 30, 1), TestGaussians.picture(80, 60, 3, 1));
    Target large =
        new Target(TestGaussians.camera(100, 20, 1), TestGaussians.picture(100, 20, 4, 1));
    MemoryPlan.Demand demand =
        MemoryPlan.Demand.of(7, new TrainingLoad(5, Precision.FLOAT, List.of(small, large, small)));
    assertThat(demand.gaussians()).isEqualTo(7);
    assertThat(demand.maxGaussians()).isEqualTo(7);
    assertThat(demand.pictures()).isEqualTo(3);
    assertThat(demand.residentBytes()).isEqualTo(2 * 40 * 30 * 3 + 2 * 100 * 20 * 4 + 80 * 60 * 3);
    assertThat(demand.streamedBytes()).isEqualTo(4 * (80 * 60 * 3 + 100 * 20 * 4) + 100 * 20 * 4);
    assertThat(demand.pixels()).isEqualTo(112 * 32);
    assertThat(demand.tiles()).isEqualTo(14);
  }

  @Test
  void aMaskIsOneMorePlane() {
    Picture whole = TestGaussians.picture(80, 60, 3, 1);
    Picture masked = new Picture(80, 60, 3, whole.pixels(), new byte[80 * 60]);
    Target target = new Target(TestGaussians.camera(40, 30, 1), masked);
    assertThat(MemoryPlan.planeBytes(target)).isEqualTo(40 * 30 * 4);
    assertThat(MemoryPlan.residentBytes(List.of(target))).isEqualTo(2 * 40 * 30 * 4 + 80 * 60 * 4);
    assertThat(StreamedImages.bytes(List.of(target))).isEqualTo(4 * 80 * 60 * 4 + 5 * 40 * 30 * 4);
  }
}
