package org.splatline.gpu.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.splatline.gpu.backend.Blur;
import org.splatline.gpu.backend.DensifySettings;
import org.splatline.gpu.backend.DeviceMemoryException;
import org.splatline.gpu.backend.ErrorViews;
import org.splatline.gpu.backend.GpuConfig;
import org.splatline.gpu.backend.Precision;
import org.splatline.gpu.backend.RenderSettings;
import org.splatline.gpu.backend.SplatBackendContract;
import org.splatline.gpu.backend.SplatModel;
import org.splatline.gpu.backend.StepSettings;
import org.splatline.gpu.backend.Target;
import org.splatline.gpu.backend.TestGaussians;
import org.splatline.gpu.backend.TrainingLoad;
import org.splatline.gpu.cuda.device.DeviceMemory;
import org.splatline.gpu.cuda.device.MemoryAccount;
import org.splatline.gpu.cuda.kernel.CameraArgument;
import org.splatline.gpu.gaussian.GaussianState;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.ParameterFamily;
import org.splatline.gpu.picture.Picture;
import org.splatline.gpu.scene.Intrinsics;

/** Where data is kept changes only the use of memory, not results. */
class PlacementIT {
  private static final long SEED = 3;
  private static final RenderSettings SETTINGS = new RenderSettings(3, 0.1f, 0.3f, 0.2f);
  private static final CudaModel.Placement ROOMY =
      new CudaModel.Placement(true, Long.MAX_VALUE, Precision.FLOAT, false);

  private CudaBackend backend;

  @BeforeEach
  void openBackend() {
    Gpu.assume();
    backend = Gpu.open();
  }

  @AfterEach
  void leavesNothingOnTheDevice() {
    if (backend != null) {
      backend.close();
      assertThat(backend.liveBytes()).as("bytes left on the device").isZero();
    }
  }

  /** Pictures of different sizes, some reduced, one with alpha, two with masks. */
  private static List<Target> targets() {
    List<Target> targets = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      int width = 90 + 10 * i;
      int channels = i == 3 ? 4 : 3;
      Picture picture = TestGaussians.picture(width * (1 + i % 2), 70 * (1 + i % 2), channels, i);
      targets.add(
          new Target(TestGaussians.camera(width, 70, i), i > 4 ? masked(picture) : picture));
    }
    return targets;
  }

  private static Picture masked(Picture picture) {
    byte[] mask = new byte[picture.width() * picture.height()];
    for (int p = 0; p < mask.length; p++) {
      mask[p] = (byte) (p / 7 % 3 == 0 ? 0 : 255);
    }
    return new Picture(
        picture.width(), picture.height(), picture.channels(), picture.pixels(), mask);
  }

  private GaussianState train(CudaModel.Placement placement, int steps, double[] loss) {
    Gaussians gaussians = TestGaussians.random(3000, 3, SEED);
    try (CudaModel model = backend.model(GaussianState.of(gaussians), placement)) {
      List<Target> targets = targets();
      model.useTargets(targets);
      for (int step = 1; step <= steps; step++) {
        model.step(
            step * 5 % targets.size(),
            new StepSettings(step, SETTINGS, 0.2f, SplatBackendContract.ADAM, true));
      }
      loss[0] = model.drainStatistics().loss();
      return model.state();
    }
  }

  /** The bounds are those for two runs with resident pictures: docs/conventions.md. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void streamedPicturesTrainAsResidentOnes(boolean debugSync) {
    double[] resident = new double[1];
    double[] streamed = new double[1];
    GaussianState expected = train(ROOMY, 20, resident);
    GaussianState got =
        train(new CudaModel.Placement(true, -1, Precision.FLOAT, debugSync), 20, streamed);
    assertThat(streamed[0]).isCloseTo(resident[0], within(1e-4 * resident[0]));
    assertThat(got.gradientCounts()).isEqualTo(expected.gradientCounts());
    for (ParameterFamily family : ParameterFamily.values()) {
      assertThat(difference(got.parameters().array(family), expected.parameters().array(family)))
          .as("%s after 20 steps", family)
          .isLessThan(1e-3);
    }
  }

  private static double difference(float[] values, float[] reference) {
    double difference = 0;
    double length = 0;
    for (int i = 0; i < values.length; i++) {
      difference += Math.pow((double) values[i] - reference[i], 2);
      length += Math.pow(reference[i], 2);
    }
    return difference == 0 ? 0 : Math.sqrt(difference / length); // a family may be absent
  }

  /** There are no atomics here, so the bits are the same. */
  @Test
  void streamedPicturesRenderTheSameLoss() {
    double[] losses = new double[2];
    for (int i = 0; i < 2; i++) {
      try (CudaModel model =
          backend.model(
              GaussianState.of(TestGaussians.random(500, 3, SEED)),
              i == 0 ? ROOMY : new CudaModel.Placement(true, -1, Precision.FLOAT, false))) {
        model.useTargets(targets());
        for (int target = 0; target < targets().size(); target++) {
          losses[i] += model.gradients(target, SETTINGS, 0.2f).loss();
        }
      }
    }
    assertThat(losses[1]).isCloseTo(losses[0], within(1e-12));
  }

  /** Scores are whole numbers, so the bits are the same. */
  @Test
  void streamedPicturesGiveTheSameScores() {
    List<double[]> scores = new ArrayList<>();
    ErrorViews views = new ErrorViews(List.of(6, 3, 0, 5, 1, 2), SETTINGS, 0.02f);
    for (long pictureRoom : new long[] {Long.MAX_VALUE, -1}) {
      try (CudaModel model =
          backend.model(
              GaussianState.of(TestGaussians.random(500, 3, SEED)),
              new CudaModel.Placement(true, pictureRoom, Precision.FLOAT, false))) {
        model.useTargets(targets());
        scores.add(model.errorScores(views));
      }
    }
    assertThat(scores.get(1)).isEqualTo(scores.get(0));
    assertThat(Arrays.stream(scores.get(0)).max().orElseThrow()).isGreaterThan(1);
  }

  @Test
  void densifyingOneArrayAtATimeGivesTheSameRows() {
    GaussianState start = steep(5000);
    DensifySettings settings =
        new DensifySettings(0.5f, 0.1f, 0.2f, Float.POSITIVE_INFINITY, 100_000, SEED, 600);
    List<GaussianState> results = new ArrayList<>();
    for (boolean spare : new boolean[] {true, false}) {
      try (CudaModel model =
          backend.model(
              start, new CudaModel.Placement(spare, Long.MAX_VALUE, Precision.FLOAT, false))) {
        model.densify(settings);
        model.densify(settings);
        results.add(model.state());
      }
    }
    assertThat(results.get(0).size()).isNotEqualTo(5000);
    assertThat(results.get(1).parameters()).isEqualTo(results.get(0).parameters());
    assertThat(results.get(1).firstMoments()).isEqualTo(results.get(0).firstMoments());
    assertThat(results.get(1).secondMoments()).isEqualTo(results.get(0).secondMoments());
  }

  private static GaussianState steep(int n) {
    float[] sums = new float[n];
    float[] counts = new float[n];
    for (int i = 0; i < n; i++) {
      sums[i] = i % 3;
      counts[i] = 1 + i % 2;
    }
    return new GaussianState(
        TestGaussians.random(n, 2, SEED),
        TestGaussians.random(n, 2, 1),
        TestGaussians.random(n, 2, 2),
        sums,
        counts);
  }

  @Test
  void aViewHoldsWhatThePlanCounts() {
    Gaussians gaussians = TestGaussians.random(2000, 3, SEED);
    try (CudaModel model = backend.model(GaussianState.of(gaussians), ROOMY)) {
      long before = backend.liveBytes();
      model.renderSeconds(List.of(TestGaussians.camera(200, 150, 1)), SETTINGS);
      CameraArgument camera = CameraArgument.of(TestGaussians.camera(200, 150, 1));
      assertThat(backend.liveBytes() - before)
          .isEqualTo(
              ViewBuffers.bytes(
                  2000, ForwardPass.FIRST_INTERSECTIONS, camera.plane(), camera.tiles()));
    }
  }

  @Test
  void aTrainingThatCannotStartIsRefusedWithFigures() {
    GpuConfig hardlyAny = new GpuConfig(0, false, 1e-6, 0, GpuConfig.Pictures.AUTO, 1);
    try (CudaBackend small = new CudaBackend(hardlyAny)) {
      GaussianState state = GaussianState.of(TestGaussians.random(100, 3, SEED));
      assertThatThrownBy(
              () -> small.load(state, new TrainingLoad(1000, Precision.FLOAT, targets())))
          .isInstanceOf(DeviceMemoryException.class)
          .hasMessageContaining("100 Gaussians and 7 pictures need");
      assertThat(small.liveBytes()).isZero();
    }
  }

  /**
   * From 3,000 Gaussians to as many as fit into 96 MiB: every Gaussian grows in each other round,
   * and a fifth of them, by error, in the others.
   */
  @ParameterizedTest
  @EnumSource(GpuConfig.Pictures.class)
  void aTrainingNeverTakesMoreThanItsLimit(GpuConfig.Pictures pictures) {
    long limit = 96L << 20;
    try (CudaBackend limited = new CudaBackend(new GpuConfig(0, false, 0.9, limit, pictures, 1))) {
      GaussianState state = GaussianState.of(TestGaussians.random(3000, 3, SEED));
      int cap = limited.maxGaussians(3000, new TrainingLoad(5_000_000, Precision.FLOAT, targets()));
      assertThat(cap).isBetween(10_000, 100_000);
      ErrorViews views = new ErrorViews(List.of(5, 0, 3), SETTINGS, 0.02f);
      try (SplatModel model =
          limited.load(state, new TrainingLoad(cap, Precision.FLOAT, targets()))) {
        model.useTargets(targets());
        for (int step = 1; step <= 12; step++) {
          model.step(
              step % targets().size(),
              new StepSettings(
                  step, SETTINGS, new Blur(4, 2), 0.2f, SplatBackendContract.ADAM, true));
          DensifySettings byGradient =
              new DensifySettings(0, 1e9f, 1e-6f, Float.POSITIVE_INFINITY, cap, SEED, step);
          model.densify(step % 2 == 0 ? byGradient : byGradient.withGrowth(cap, views));
          model.reorder();
          model.renderSeconds(targets().stream().map(Target::camera).toList(), SETTINGS);
          model.significance(SETTINGS, 0.1);
        }
        assertThat(model.numGaussians()).isBetween(cap / 2, cap);
        assertThat(model.peakDeviceBytes()).isBetween(limit / 2, limit);
      }
      assertThat(limited.liveBytes()).isZero();
    }
  }

  @Test
  void aLimitThatHoldsEnoughLowersNothing() {
    GpuConfig roomy = new GpuConfig(0, false, 0.9, 2L << 30, GpuConfig.Pictures.AUTO, 1);
    try (CudaBackend limited = new CudaBackend(roomy)) {
      assertThat(limited.maxGaussians(100, new TrainingLoad(100_000, Precision.FLOAT, targets())))
          .isEqualTo(100_000);
    }
    assertThat(
            backend.maxGaussians(
                100, new TrainingLoad(Integer.MAX_VALUE, Precision.FLOAT, targets())))
        .as("without a limit, what the device holds")
        .isBetween(1_000_000, 1_000_000_000);
  }

  @Test
  void aLimitThatHoldsNoStartIsNamed() {
    GpuConfig tiny = new GpuConfig(0, false, 0.9, 10L << 20, GpuConfig.Pictures.AUTO, 1);
    try (CudaBackend limited = new CudaBackend(tiny)) {
      GaussianState state = GaussianState.of(TestGaussians.random(100, 3, SEED));
      TrainingLoad load = new TrainingLoad(1000, Precision.FLOAT, targets());
      assertThat(limited.maxGaussians(100, load)).isEqualTo(1000);
      assertThatThrownBy(() -> limited.load(state, load))
          .isInstanceOf(DeviceMemoryException.class)
          .hasMessageContaining("Raise image.reduce or gpu.max-memory");
      assertThat(limited.liveBytes()).isZero();
    }
  }

  /** Of three phases, and the first again. There are no atomics here, so the bits are the same. */
  @Test
  void phasesHaveTheSamePicturesFromOriginalsOnTheDevice() {
    List<List<Double>> losses = new ArrayList<>();
    for (long room : new long[] {Long.MAX_VALUE, 400_000, -1}) {
      List<Double> found = new ArrayList<>();
      losses.add(found);
      try (CudaModel model =
          backend.model(
              GaussianState.of(TestGaussians.random(200, 3, SEED)),
              new CudaModel.Placement(true, room, Precision.FLOAT, false))) {
        for (double scale : new double[] {0.25, 0.5, 1, 0.25}) {
          model.useTargets(targets().stream().map(target -> resized(target, scale)).toList());
          for (int target = 0; target < targets().size(); target++) {
            found.add(model.gradients(target, SETTINGS, 0.2f).loss());
          }
        }
      }
    }
    assertThat(losses.get(1)).isEqualTo(losses.get(0));
    assertThat(losses.get(2)).isEqualTo(losses.get(0));
  }

  private static Target resized(Target target, double scale) {
    Intrinsics size = target.camera().intrinsics();
    return new Target(
        target.camera().resized((int) (size.width() * scale), (int) (size.height() * scale)),
        target.picture());
  }

  /** The limit is 48 MiB above what the start takes, and a round wants 80 MiB or more. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aRoundWithoutRoomChangesNothing(boolean spare) {
    int n = 100_000;
    long start = 720L * n + ViewBuffers.bytes(n, ForwardPass.FIRST_INTERSECTIONS, 8192, 30);
    try (CudaBackend limited =
            new CudaBackend(
                new GpuConfig(0, false, 0.9, start + (48 << 20), GpuConfig.Pictures.AUTO, 1));
        CudaModel model =
            limited.model(
                GaussianState.of(TestGaussians.random(n, 3, SEED)),
                new CudaModel.Placement(spare, Long.MAX_VALUE, Precision.FLOAT, false))) {
      model.useTargets(targets().subList(0, 1));
      model.step(0, new StepSettings(1, SETTINGS, 0.2f, SplatBackendContract.ADAM, true));
      GaussianState before = model.state();
      DensifySettings all =
          new DensifySettings(0, 1e9f, 1e-6f, Float.POSITIVE_INFINITY, 1_000_000, SEED, 1);
      assertThatThrownBy(() -> model.densify(all)).isInstanceOf(DeviceMemoryException.class);
      assertThat(model.numGaussians()).isEqualTo(n);
      GaussianState after = model.state();
      assertThat(after.parameters()).isEqualTo(before.parameters());
      assertThat(after.firstMoments()).isEqualTo(before.firstMoments());
      assertThat(after.secondMoments()).isEqualTo(before.secondMoments());
      assertThat(after.gradientCounts()).isEqualTo(before.gradientCounts());
      model.step(0, new StepSettings(2, SETTINGS, 0.2f, SplatBackendContract.ADAM, true));
      model.densify(new DensifySettings(0, 1e9f, 0.5f, Float.POSITIVE_INFINITY, n, SEED, 2));
      assertThat(model.numGaussians()).as("it prunes").isLessThan(n);
      model.step(0, new StepSettings(3, SETTINGS, 0.2f, SplatBackendContract.ADAM, true));
      assertThat(model.drainStatistics().steps()).isEqualTo(3);
    }
  }

  /** Not run under the sanitizer, which would count the refused allocation as an error. */
  @Test
  @Tag("no-sanitizer")
  void whatCannotBeAllocatedIsSaidInFigures() {
    assertThatThrownBy(() -> new DeviceMemory(new MemoryAccount(), 1L << 50))
        .isInstanceOf(DeviceMemoryException.class)
        .hasMessageContaining("1024 TiB more are needed")
        .hasMessageContaining("densify.max-gaussians");
  }

  /**
   * Allocates all of the device except 256 MiB. Not run under the sanitizer, which needs as much
   * memory again.
   */
  @Test
  @Tag("no-sanitizer")
  void memoryThatRunsOutLaterIsSaidInFigures() {
    try (CudaModel model =
        backend.model(GaussianState.of(TestGaussians.random(100, 3, SEED)), ROOMY)) {
      model.renderSeconds(List.of(TestGaussians.camera(64, 64, 1)), SETTINGS);
      long taken = backend.freeBytes() - (256 << 20);
      try (DeviceMemory hog = new DeviceMemory(new MemoryAccount(), taken)) {
        assertThat(hog.bytes()).isEqualTo(taken);
        assertThatThrownBy(
                () -> model.renderSeconds(List.of(TestGaussians.camera(8000, 6000, 1)), SETTINGS))
            .isInstanceOf(DeviceMemoryException.class)
            .hasMessageContaining("more are needed beside")
            .hasMessageContaining("image.reduce");
      }
    }
  }

  @Test
  void aTrainingThatFitsIsPlacedAndTrains() {
    try (SplatModel model =
        backend.load(
            GaussianState.of(TestGaussians.random(100, 3, SEED)),
            new TrainingLoad(1000, Precision.FLOAT, targets()))) {
      model.useTargets(targets());
      model.step(2, new StepSettings(1, SETTINGS, 0.2f, SplatBackendContract.ADAM, true));
      assertThat(model.drainStatistics().steps()).isEqualTo(1);
      assertThat(model.deviceBytes()).isPositive();
    }
  }
}
