package org.splatline.gpu.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.splatline.gpu.backend.AdamSettings;
import org.splatline.gpu.backend.ErrorViews;
import org.splatline.gpu.backend.Exposures;
import org.splatline.gpu.backend.LossGradients;
import org.splatline.gpu.backend.MaskSettings;
import org.splatline.gpu.backend.RenderSettings;
import org.splatline.gpu.backend.SplatBackend;
import org.splatline.gpu.backend.SplatModel;
import org.splatline.gpu.backend.StepSettings;
import org.splatline.gpu.backend.StepStatistics;
import org.splatline.gpu.backend.Target;
import org.splatline.gpu.backend.TestGaussians;
import org.splatline.gpu.cpu.CpuBackend;
import org.splatline.gpu.gaussian.GaussianState;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.LearnedMasks;
import org.splatline.gpu.gaussian.ParameterFamily;
import org.splatline.gpu.scene.Camera;

/** The GPU computes what the CPU computes, except for rounding. Tolerances: docs/conventions.md. */
class CudaAgainstCpuIT {
  private static final long SEED = 5;
  private static final RenderSettings SETTINGS = new RenderSettings(3, 0.1f, 0.3f, 0.2f);

  private final List<CudaBackend> opened = new ArrayList<>();

  @BeforeEach
  void needGpu() {
    Gpu.assume();
  }

  private CudaBackend cuda() {
    CudaBackend backend = Gpu.open();
    opened.add(backend);
    return backend;
  }

  @AfterEach
  void leavesNothingOnTheDevice() {
    for (CudaBackend backend : opened) {
      assertThat(backend.liveBytes()).as("bytes left on the device").isZero();
    }
  }

  @ParameterizedTest(name = "{0} Gaussians, {1} x {2} px, {3} channels")
  @CsvSource({"33, 17, 40, 3", "1000, 100, 75, 4", "10000, 300, 200, 3", "5000, 900, 600, 3"})
  void gradientsAgree(int n, int width, int height, int channels) {
    Gaussians gaussians = TestGaussians.random(n, 3, SEED + n);
    Camera camera = TestGaussians.camera(width, height, SEED);
    Target target = new Target(camera, TestGaussians.picture(width, height, channels, SEED));
    LossGradients cpu = gradients(new CpuBackend(0), gaussians, target);
    LossGradients cuda = gradients(cuda(), gaussians, target);
    assertThat(cuda.loss()).isCloseTo(cpu.loss(), within(1e-5));
    for (ParameterFamily family : ParameterFamily.values()) {
      assertThat(relativeDifference(cuda.gradients().array(family), cpu.gradients().array(family)))
          .as("gradients of %s", family)
          .isLessThan(1e-3);
    }
    assertThat(relativeDifference(cuda.means2d(), cpu.means2d())).isLessThan(1e-3);
  }

  private static LossGradients gradients(SplatBackend backend, Gaussians gaussians, Target target) {
    try (backend;
        SplatModel model = backend.load(GaussianState.of(gaussians))) {
      model.useTargets(List.of(target));
      return model.gradients(0, SETTINGS, 0.2f);
    }
  }

  private static double relativeDifference(float[] values, float[] reference) {
    double difference = 0;
    double length = 0;
    for (int i = 0; i < values.length; i++) {
      difference += Math.pow((double) values[i] - reference[i], 2);
      length += Math.pow(reference[i], 2);
    }
    return Math.sqrt(difference / Math.max(length, 1e-30));
  }

  /**
   * Adam's first steps follow a gradient's sign. The opacity's gradient is a plain sum of shares of
   * 11 bits, so where they cancel, its sign may differ.
   */
  @Test
  void tenStepsAgree() {
    Gaussians gaussians = TestGaussians.random(2000, 3, SEED);
    Camera camera = TestGaussians.camera(120, 90, SEED);
    Target target = new Target(camera, TestGaussians.picture(120, 90, 3, SEED));
    Run cpu = steps(new CpuBackend(0), GaussianState.of(gaussians), target, 1, 10);
    Run cuda = steps(cuda(), GaussianState.of(gaussians), target, 1, 10);
    assertThat(cuda.loss()).isCloseTo(cpu.loss(), within(1e-4 * cpu.loss()));
    for (ParameterFamily family : ParameterFamily.values()) {
      assertThat(
              relativeDifference(
                  cuda.state().parameters().array(family), cpu.state().parameters().array(family)))
          .as("%s after ten steps", family)
          .isLessThan(family == ParameterFamily.LOGIT_OPACITIES ? 1e-2 : 1e-3);
    }
    assertThat(cuda.state().gradientCounts()).isEqualTo(cpu.state().gradientCounts());
  }

  @Test
  void denseAdamAgrees() {
    Gaussians gaussians = TestGaussians.random(300, 2, SEED);
    for (int i = 0; i < 100; i++) {
      gaussians.means()[3 * i + 1] = 300; // out of view: only its moments move it
    }
    GaussianState state =
        new GaussianState(
            gaussians,
            TestGaussians.random(300, 2, 1),
            squared(TestGaussians.random(300, 2, 2)),
            new float[300],
            new float[300]);
    Camera camera = TestGaussians.camera(60, 40, SEED);
    Target target = new Target(camera, TestGaussians.picture(60, 40, 3, SEED));
    Run cpu = steps(new CpuBackend(0), state, target, 11, 3, AdamSettings.Update.ALL);
    Run cuda = steps(cuda(), state, target, 11, 3, AdamSettings.Update.ALL);
    for (ParameterFamily family : ParameterFamily.values()) {
      assertThat(
              relativeDifference(
                  cuda.state().parameters().array(family), cpu.state().parameters().array(family)))
          .as("%s after three dense steps", family)
          .isLessThan(1e-4);
    }
  }

  private static Gaussians squared(Gaussians gaussians) {
    for (ParameterFamily family : ParameterFamily.values()) {
      float[] values = gaussians.array(family);
      for (int i = 0; i < values.length; i++) {
        values[i] *= values[i];
      }
    }
    return gaussians;
  }

  @Test
  void masksAgree() {
    Gaussians gaussians = TestGaussians.random(2000, 3, SEED).withMasks(LearnedMasks.START_LOGIT);
    for (int i = 0; i < 2000; i++) {
      gaussians.maskLogits()[4 * i + i % 4] = i % 7 == 0 ? -9 : 0; // some masked from the start
    }
    Camera camera = TestGaussians.camera(120, 90, SEED);
    Target target = new Target(camera, TestGaussians.picture(120, 90, 3, SEED));
    Run cpu = maskedSteps(new CpuBackend(0), GaussianState.of(gaussians), target);
    Run cuda = maskedSteps(cuda(), GaussianState.of(gaussians), target);
    assertThat(cuda.loss()).isCloseTo(cpu.loss(), within(1e-4 * cpu.loss()));
    for (ParameterFamily family : ParameterFamily.values()) {
      assertThat(
              relativeDifference(
                  cuda.state().parameters().array(family), cpu.state().parameters().array(family)))
          .as("%s after ten steps", family)
          .isLessThan(2e-3);
    }
  }

  private static Run maskedSteps(SplatBackend backend, GaussianState state, Target target) {
    MaskSettings masks = new MaskSettings(0.01f, 0.01f, 5e-4f, 5e-4f, 0.01f);
    AdamSettings adam = adam(AdamSettings.Update.VISIBLE);
    try (backend;
        SplatModel model = backend.load(state)) {
      model.useTargets(List.of(target));
      for (int step = 1; step <= 10; step++) {
        model.step(0, new StepSettings(step, SETTINGS, 0.2f, adam, true).withMasks(masks));
      }
      StepStatistics statistics = model.drainStatistics();
      return new Run(model.state(), statistics.steps(), statistics.loss());
    }
  }

  /** Float atomics sum in any order: losses agree except for rounding, not bit for bit. */
  @Test
  void aResumedRunGoesOnAsItWouldHave() {
    Gaussians gaussians = TestGaussians.random(2000, 3, SEED);
    Camera camera = TestGaussians.camera(200, 150, SEED);
    Target target = new Target(camera, TestGaussians.picture(200, 150, 3, SEED));
    Run first = steps(cuda(), GaussianState.of(gaussians), target, 1, 20);
    Run whole = steps(cuda(), GaussianState.of(gaussians), target, 1, 40);
    Run resumed = steps(cuda(), first.state(), target, 21, 20);
    double expected = (40 * whole.loss() - 20 * first.loss()) / 20;
    assertThat(resumed.loss()).isCloseTo(expected, within(1e-3 * expected));
  }

  /** At first there is room for too few intersections: steps are repeated, and none is lost. */
  @Test
  void stepsWithoutRoomAreRedone() {
    Gaussians gaussians = TestGaussians.random(20_000, 0, SEED);
    for (int i = 0; i < gaussians.logScales().length; i++) {
      gaussians.logScales()[i] = -1; // each covers a large part of the picture
    }
    Camera camera = TestGaussians.camera(640, 480, SEED);
    Target target = new Target(camera, TestGaussians.picture(640, 480, 3, SEED));
    Run run = steps(cuda(), GaussianState.of(gaussians), target, 1, 5);
    assertThat(run.steps()).isEqualTo(5);
    assertThat(run.state().gradientCounts()[0]).isEqualTo(5);
  }

  /**
   * The first step is launched without room, does nothing, and is launched again. An exposure takes
   * each step once, as in a model that had room from the start.
   */
  @Test
  void exposuresOfRedoneStepsStepOnce() {
    Gaussians gaussians = TestGaussians.random(20_000, 0, SEED);
    for (int i = 0; i < gaussians.logScales().length; i++) {
      gaussians.logScales()[i] = -1;
    }
    Camera camera = TestGaussians.camera(640, 480, SEED);
    Target target = new Target(camera, TestGaussians.picture(640, 480, 3, SEED));
    StepSettings settings =
        new StepSettings(1, SETTINGS, 0.2f, adam(AdamSettings.Update.VISIBLE), true)
            .withExposureRate(0.01f);
    try (SplatBackend backend = cuda();
        SplatModel redone = backend.load(GaussianState.of(gaussians));
        SplatModel roomy = backend.load(GaussianState.of(gaussians))) {
      roomy.render(camera, SETTINGS);
      for (SplatModel model : List.of(redone, roomy)) {
        model.useTargets(List.of(target, target));
        model.useExposures(Exposures.identity(2));
        model.step(0, settings);
      }
      assertThat(redone.exposures().transforms()).isEqualTo(roomy.exposures().transforms());
      for (int i = 1; i < 5; i++) {
        redone.step(i % 2, settings);
      }
      assertThat(redone.exposures().counts()).containsExactly(3, 2);
      assertThat(redone.drainStatistics().steps()).isEqualTo(5);
    }
  }

  /** The same for errors: a view without room adds nothing until there is room. */
  @Test
  void errorsWithoutRoomAreMeasuredAgain() {
    Gaussians gaussians = TestGaussians.random(20_000, 0, SEED);
    for (int i = 0; i < gaussians.logScales().length; i++) {
      gaussians.logScales()[i] = -1;
    }
    Camera camera = TestGaussians.camera(640, 480, SEED);
    Target target = new Target(camera, TestGaussians.picture(640, 480, 3, SEED));
    ErrorViews views = new ErrorViews(List.of(0), SETTINGS, 0.02f);
    try (CudaBackend backend = cuda();
        SplatModel model = backend.load(GaussianState.of(gaussians))) {
      model.useTargets(List.of(target));
      double[] first = model.errorScores(views);
      assertThat(model.errorScores(views)).isEqualTo(first);
      assertThat(Arrays.stream(first).max().orElseThrow()).isPositive();
    }
  }

  @ParameterizedTest(name = "{0} Gaussians, {1} x {2} px, {3} channels")
  @CsvSource({"33, 17, 40, 3", "1000, 100, 75, 4", "10000, 300, 200, 3"})
  void errorScoresAgree(int n, int width, int height, int channels) {
    Gaussians gaussians = TestGaussians.random(n, 3, SEED + n);
    Camera camera = TestGaussians.camera(width, height, SEED);
    Target target = new Target(camera, TestGaussians.picture(width, height, channels, SEED));
    double[] cpu = errorScores(new CpuBackend(0), gaussians, target);
    double[] cuda = errorScores(cuda(), gaussians, target);
    double largest = Arrays.stream(cpu).max().orElse(0);
    for (int i = 0; i < n; i++) {
      assertThat(cuda[i]).as("Gaussian %d", i).isCloseTo(cpu[i], within(0.03 + 1e-3 * largest));
    }
    assertThat(Arrays.stream(cuda).sum())
        .isCloseTo(Arrays.stream(cpu).sum(), within(1e-3 * Arrays.stream(cpu).sum()));
  }

  private static double[] errorScores(SplatBackend backend, Gaussians gaussians, Target target) {
    try (backend;
        SplatModel model = backend.load(GaussianState.of(gaussians))) {
      model.useTargets(List.of(target));
      return model.errorScores(new ErrorViews(List.of(0), SETTINGS, 0.02f));
    }
  }

  private record Run(GaussianState state, int steps, double loss) {}

  private static Run steps(
      SplatBackend backend, GaussianState state, Target target, int from, int steps) {
    return steps(backend, state, target, from, steps, AdamSettings.Update.VISIBLE);
  }

  private static Run steps(
      SplatBackend backend,
      GaussianState state,
      Target target,
      int from,
      int steps,
      AdamSettings.Update update) {
    try (backend;
        SplatModel model = backend.load(state)) {
      model.useTargets(List.of(target));
      for (int step = from; step < from + steps; step++) {
        model.step(0, new StepSettings(step, SETTINGS, 0.2f, adam(update), true));
      }
      StepStatistics statistics = model.drainStatistics();
      return new Run(model.state(), statistics.steps(), statistics.loss());
    }
  }

  private static AdamSettings adam(AdamSettings.Update update) {
    return new AdamSettings(
        1e-3f, 1e-3f, 5e-3f, 0.025f, 2.5e-3f, 1.25e-4f, 0.9f, 0.999f, 1e-15f, update);
  }
}
