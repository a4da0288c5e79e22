package org.splatline.gpu.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.splatline.gpu.backend.AdamSettings;
import org.splatline.gpu.backend.DensifySettings;
import org.splatline.gpu.backend.MaskSettings;
import org.splatline.gpu.backend.Precision;
import org.splatline.gpu.backend.RenderSettings;
import org.splatline.gpu.backend.SplatBackendContract;
import org.splatline.gpu.backend.SplatModel;
import org.splatline.gpu.backend.StepSettings;
import org.splatline.gpu.backend.Target;
import org.splatline.gpu.backend.TestGaussians;
import org.splatline.gpu.backend.TrainingLoad;
import org.splatline.gpu.gaussian.GaussianState;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.LearnedMasks;
import org.splatline.gpu.gaussian.MortonOrder;
import org.splatline.gpu.gaussian.ParameterFamily;
import org.splatline.gpu.scene.Camera;

/** Compares spherical harmonics and their moments in 16 bits with those in 32 bits. */
class MixedPrecisionIT {
  private static final long SEED = 5;
  private static final RenderSettings SETTINGS = new RenderSettings(3, 0.1f, 0.3f, 0.2f);

  private CudaBackend backend;

  @BeforeEach
  void open() {
    Gpu.assume();
    backend = Gpu.open();
  }

  @AfterEach
  void close() {
    if (backend != null) {
      assertThat(backend.liveBytes()).isZero();
      backend.close();
    }
  }

  private static Target target() {
    Camera camera = TestGaussians.camera(120, 90, SEED);
    return new Target(camera, TestGaussians.picture(120, 90, 3, SEED));
  }

  private SplatModel load(GaussianState state, Precision precision) {
    SplatModel model = backend.load(state, new TrainingLoad(5000, precision, List.of(target())));
    model.useTargets(List.of(target()));
    return model;
  }

  private static GaussianState state(int n) {
    return GaussianState.of(TestGaussians.random(n, 3, SEED));
  }

  private static StepSettings step(int step, AdamSettings.Update update) {
    AdamSettings a = SplatBackendContract.ADAM;
    AdamSettings adam =
        new AdamSettings(
            a.meansRate(),
            a.quatRate(),
            a.scaleRate(),
            a.opacityRate(),
            a.sh0Rate(),
            a.shRestRate(),
            a.beta1(),
            a.beta2(),
            a.epsilon(),
            update);
    return new StepSettings(step, SETTINGS, 0.2f, adam, true);
  }

  private static double distance(float[] values, float[] reference) {
    double difference = 0;
    double length = 0;
    for (int i = 0; i < values.length; i++) {
      difference += Math.pow((double) values[i] - reference[i], 2);
      length += Math.pow(reference[i], 2);
    }
    return Math.sqrt(difference / Math.max(length, 1e-30));
  }

  @Test
  void takesTwoFifthsLess() {
    try (SplatModel model = load(state(1000), Precision.MIXED)) {
      assertThat(model.gaussianStateBytes()).isEqualTo(432 * 1000L);
      assertThat(model.gaussianStateBytesFp32()).isEqualTo(720 * 1000L);
    }
    try (SplatModel model = load(state(1000), Precision.FLOAT)) {
      assertThat(model.gaussianStateBytes()).isEqualTo(model.gaussianStateBytesFp32());
    }
  }

  /** Zeroing a band leaves its neighbours' bits as they are. */
  @Test
  void maskedBandsAreZeroAndOthersAsTheyWere() {
    Gaussians gaussians = TestGaussians.random(300, 3, SEED).withMasks(LearnedMasks.START_LOGIT);
    for (int i = 0; i < 300; i++) {
      gaussians.means()[3 * i + 1] = 300; // out of view: only the masks change it
      gaussians.maskLogits()[4 * i + 1 + i % 3] = -9;
    }
    MaskSettings masks = new MaskSettings(0.01f, 0.01f, 5e-4f, 5e-4f, 0.01f);
    GaussianState state =
        new GaussianState(
            gaussians,
            TestGaussians.random(300, 3, 1).withMasks(0),
            TestGaussians.random(300, 3, 2).withMasks(0),
            new float[300],
            new float[300]);
    for (int i = 0; i < 300 * 48; i++) { // of a size that 16 bits hold; squares are positive
      state.firstMoments().shCoefficients()[i] *= 1e-3f;
      state.secondMoments().shCoefficients()[i] =
          1e-6f * Math.abs(state.secondMoments().shCoefficients()[i]);
    }
    try (SplatModel model = load(state, Precision.MIXED)) {
      GaussianState before = model.state();
      model.step(0, step(1, AdamSettings.Update.VISIBLE).withMasks(masks));
      GaussianState after = model.state();
      for (int i = 0; i < 300 * 48; i++) {
        int k = i % 48;
        int band = k < 3 ? 0 : k < 12 ? 1 : k < 27 ? 2 : 3;
        boolean masked = band == 1 + i / 48 % 3;
        assertThat(after.parameters().shCoefficients()[i])
            .isEqualTo(masked ? 0 : before.parameters().shCoefficients()[i]);
        assertThat(after.firstMoments().shCoefficients()[i])
            .isEqualTo(masked ? 0 : before.firstMoments().shCoefficients()[i]);
        assertThat(after.secondMoments().shCoefficients()[i])
            .isEqualTo(masked ? 0 : before.secondMoments().shCoefficients()[i]);
      }
    }
  }

  @Test
  void rendersTheSameToABit() {
    Camera camera = target().camera();
    try (SplatModel mixed = load(state(2000), Precision.MIXED);
        SplatModel whole = load(state(2000), Precision.FLOAT)) {
      float[] got = mixed.render(camera, SETTINGS).rgb();
      float[] expected = whole.render(camera, SETTINGS).rgb();
      for (int i = 0; i < got.length; i++) {
        assertThat(got[i]).isCloseTo(expected[i], within(2e-3f));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(AdamSettings.Update.class)
  void trainsAlike(AdamSettings.Update update) {
    Run mixed = run(Precision.MIXED, update, 200);
    Run whole = run(Precision.FLOAT, update, 200);
    assertThat(mixed.loss()).isCloseTo(whole.loss(), within(0.01 * whole.loss()));
  }

  /**
   * Runs only a few steps: later, chance decides which of two nearly equal ways a Gaussian takes.
   */
  @ParameterizedTest
  @EnumSource(AdamSettings.Update.class)
  void movesAllFamiliesAlike(AdamSettings.Update update) {
    Gaussians mixed = run(Precision.MIXED, update, 10).gaussians();
    Gaussians whole = run(Precision.FLOAT, update, 10).gaussians();
    for (ParameterFamily family : ParameterFamily.values()) {
      assertThat(distance(mixed.array(family), whole.array(family)))
          .as("%s", family)
          .isLessThan(0.1);
    }
  }

  /** The result of a training. {@code loss} is the mean of the last ten steps. */
  private record Run(Gaussians gaussians, double loss) {}

  private Run run(Precision precision, AdamSettings.Update update, int steps) {
    try (SplatModel model = load(state(2000), precision)) {
      for (int i = 1; i <= steps; i++) {
        model.step(0, step(i, update));
        if (i == steps - 10) {
          model.drainStatistics();
        }
      }
      double loss = model.drainStatistics().loss();
      return new Run(model.gaussians(), loss);
    }
  }

  /**
   * Steps still add up if they are a hundredth of the smallest difference that 11 bits can
   * represent.
   */
  @Test
  void smallStepsAddUp() {
    Gaussians gaussians = TestGaussians.random(2000, 0, SEED);
    Arrays.fill(
        gaussians.shCoefficients(), 1.5f); // too bright everywhere; 16 bits distinguish 2^-10
    AdamSettings a = SplatBackendContract.ADAM;
    AdamSettings slow =
        new AdamSettings(
            1e-9f,
            1e-9f,
            1e-9f,
            1e-9f,
            1e-5f,
            1e-9f,
            a.beta1(),
            a.beta2(),
            a.epsilon(),
            a.update());
    float[] mixed = trained(GaussianState.of(gaussians), Precision.MIXED, slow);
    float[] whole = trained(GaussianState.of(gaussians), Precision.FLOAT, slow);
    double moved = 0;
    double difference = 0;
    for (int i = 0; i < whole.length; i++) {
      moved += Math.abs(whole[i] - 1.5);
      difference += mixed[i] - whole[i];
    }
    assertThat(moved / whole.length).as("less than 16 bits distinguish").isBetween(1e-5, 5e-3);
    // Stochastic rounding leaves errors of 2e-3 per coefficient, which cancel. Rounding to the
    // nearest would lose the whole movement.
    assertThat(Math.abs(difference)).isLessThan(0.2 * moved);
  }

  /** Coefficients after 300 steps. */
  private float[] trained(GaussianState start, Precision precision, AdamSettings adam) {
    try (SplatModel model = load(start, precision)) {
      for (int i = 1; i <= 300; i++) {
        model.step(0, new StepSettings(i, SETTINGS, 0.2f, adam, false));
      }
      return model.gaussians().shCoefficients();
    }
  }

  @Test
  void rowsMoveWhole() {
    try (SplatModel model = load(state(500), Precision.MIXED)) {
      model.step(0, step(1, AdamSettings.Update.VISIBLE));
      GaussianState before = model.state();
      model.reorder();
      int[] order = MortonOrder.rows(before.parameters().means());
      assertThat(model.state().secondMoments()).isEqualTo(before.secondMoments().rows(order));
      GaussianState ordered = model.state();
      int[] rows = IntStream.range(0, 500).filter(i -> i % 7 != 2).toArray();
      model.keep(rows);
      assertThat(model.gaussians()).isEqualTo(ordered.parameters().rows(rows));
      assertThat(model.state().firstMoments()).isEqualTo(ordered.firstMoments().rows(rows));
      GaussianState kept = model.state();
      model.densify(new DensifySettings(1e9f, 1, 1e-6f, Float.POSITIVE_INFINITY, 5000, SEED, 100));
      assertThat(model.state().parameters()).isEqualTo(kept.parameters());
      assertThat(model.state().secondMoments()).isEqualTo(kept.secondMoments());
      model.step(0, step(2, AdamSettings.Update.VISIBLE));
      GaussianState grown = model.state();
      int n = grown.size();
      model.densify(
          new DensifySettings(1e-12f, 1e9f, 1e-6f, Float.POSITIVE_INFINITY, 5000, SEED, 200));
      assertThat(model.numGaussians()).isGreaterThan(n);
      GaussianState clones = model.state();
      assertThat(clones.parameters().rows(IntStream.range(0, n).toArray()))
          .isEqualTo(grown.parameters());
      for (int i = n; i < clones.size(); i++) {
        assertThat(clones.firstMoments().shCoefficients()[48 * i]).isZero();
      }
    }
  }

  @Test
  void aSavedStateComesBackTheSame() {
    try (SplatModel model = load(state(300), Precision.MIXED)) {
      for (int i = 1; i <= 20; i++) {
        model.step(0, step(i, AdamSettings.Update.VISIBLE));
      }
      GaussianState saved = model.state();
      try (SplatModel resumed = load(saved, Precision.MIXED)) {
        GaussianState again = resumed.state();
        assertThat(again.parameters()).isEqualTo(saved.parameters());
        assertThat(again.firstMoments()).isEqualTo(saved.firstMoments());
        assertThat(again.secondMoments()).isEqualTo(saved.secondMoments());
      }
    }
  }
}
