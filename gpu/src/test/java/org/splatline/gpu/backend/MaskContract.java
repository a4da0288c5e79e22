package org.splatline.gpu.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.splatline.gpu.gaussian.GaussianState;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.LearnedMasks;
import org.splatline.gpu.gaussian.ParameterFamily;
import org.splatline.gpu.picture.Picture;
import org.splatline.gpu.scene.Camera;

/**
 * What every backend must do if masks are learned. It is compared with {@link OracleRenderer},
 * where each mask is a number M that multiplies opacity and scales, or a band. Tests of backends
 * extend this class and add nothing.
 */
public abstract class MaskContract {
  private static final long SEED = 7;
  private static final RenderSettings SETTINGS = new RenderSettings(3, 0.2f, 0.5f, 0.7f);
  private static final AdamSettings ADAM = SplatBackendContract.ADAM;
  private static final MaskSettings MASKS = new MaskSettings(0.01f, 0.02f, 5e-4f, 5e-4f, 0.01f);

  private SplatBackend backend;

  /** The backend under test. The suite closes it. */
  protected abstract SplatBackend open();

  @BeforeEach
  void openBackend() {
    backend = open();
  }

  @AfterEach
  void closeBackend() {
    if (backend != null) {
      backend.close();
    }
  }

  private SplatModel load(Gaussians gaussians, Camera camera) {
    SplatModel model = backend.load(GaussianState.of(gaussians));
    int width = camera.intrinsics().width();
    int height = camera.intrinsics().height();
    model.useTargets(List.of(new Target(camera, TestGaussians.picture(width, height, 3, SEED))));
    return model;
  }

  private static StepSettings step(int step, MaskSettings masks, RenderSettings settings) {
    return new StepSettings(step, settings, 0.2f, ADAM, true).withMasks(masks);
  }

  /** Gaussians away from cut-offs: few, large, overlapping, semi-transparent. */
  private static Gaussians smooth() {
    Gaussians g = TestGaussians.random(6, 3, 11);
    for (int i = 0; i < 6; i++) {
      for (int k = 0; k < 3; k++) {
        g.means()[3 * i + k] *= 0.25f;
        g.logScales()[3 * i + k] = (float) Math.log(0.5 + 0.1 * k + 0.05 * i);
        g.shCoefficients()[48 * i + k] = 0.2f + 0.2f * k;
      }
      g.logitOpacities()[i] = -0.8f + 0.2f * i;
    }
    float[] logits = new float[LearnedMasks.WIDTH * 6];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = 1 - 0.1f * i;
    }
    return g.withMasks(logits);
  }

  private static double slope(double logit) {
    double sigmoid = 1 / (1 + Math.exp(-logit));
    return sigmoid * (1 - sigmoid);
  }

  @ParameterizedTest(name = "dilation {0} px², antialiased {1}, SH degree {2}")
  @CsvSource({"0.3, false, 3", "4, false, 3", "2, true, 3", "0.3, false, 1"})
  void gradientsAreCentralDifferences(float dilation, boolean antialiased, int degree) {
    int width = 21;
    int height = 19;
    RenderSettings settings =
        new RenderSettings(degree, 0.2f, 0.5f, 0.7f)
            .withDilation(dilation)
            .withAntialiased(antialiased);
    Gaussians gaussians = smooth();
    Camera camera = TestGaussians.camera(width, height, SEED);
    Picture picture = TestGaussians.picture(width, height, 3, SEED);
    double[] target =
        IntStream.range(0, picture.pixels().length)
            .mapToDouble(i -> (picture.pixels()[i] & 0xff) / 255.0)
            .toArray();
    OracleRenderer oracle = new OracleRenderer(gaussians);
    double[] masks = oracle.parameters(ParameterFamily.MASK_LOGITS);
    double[] expected = new double[masks.length];
    double[] largest = new double[LearnedMasks.WIDTH];
    for (int i = 0; i < masks.length; i++) {
      masks[i] = 1 + 1e-5;
      double above =
          OracleRenderer.loss(oracle.render(camera, settings), target, width, height, 0.2);
      masks[i] = 1 - 1e-5;
      double below =
          OracleRenderer.loss(oracle.render(camera, settings), target, width, height, 0.2);
      masks[i] = 1;
      expected[i] = (above - below) / 2e-5 * slope(gaussians.maskLogits()[i]);
      largest[i % 4] = Math.max(largest[i % 4], Math.abs(expected[i]));
    }
    try (SplatModel model = load(gaussians, camera)) {
      float[] gradients = model.gradients(0, settings, 0.2f).gradients().maskLogits();
      for (int i = 0; i < expected.length; i++) {
        // L1 has a kink where a pixel meets its target; a step across one shows as up to 1 %.
        assertThat((double) gradients[i])
            .as("mask %d of Gaussian %d", i % 4, i / 4)
            .isCloseTo(expected[i], within(0.01 * largest[i % 4] + 1e-7));
      }
    }
    for (int band = 0; band < LearnedMasks.WIDTH; band++) {
      assertThat(largest[band] > 1e-5).as("band %d is in use", band).isEqualTo(band <= degree);
    }
  }

  @Test
  void logitsFollowAdamWithThePull() {
    MaskSettings masks = new MaskSettings(0.01f, 0.02f, 0.03f, 0.06f, 0.01f);
    double[] rates = {0.01, 0.02, 0.02, 0.02};
    double[] weights = {0.03, 0.06, 0.06, 0.06};
    Gaussians gaussians = smooth();
    double[] values = new double[24];
    double[] first = new double[24];
    double[] second = new double[24];
    Arrays.setAll(values, i -> gaussians.maskLogits()[i]);
    try (SplatModel model = load(gaussians, TestGaussians.camera(32, 32, SEED))) {
      for (int step = 1; step <= 4; step++) {
        float[] gradients = model.gradients(0, SETTINGS, 0.2f).gradients().maskLogits();
        model.step(0, step(step, masks, SETTINGS));
        float[] logits = model.gaussians().maskLogits();
        for (int i = 0; i < 24; i++) {
          double g = gradients[i] + weights[i % 4] / 6 * slope(values[i]);
          first[i] = 0.9 * first[i] + 0.1 * g;
          second[i] = 0.999 * second[i] + 0.001 * g * g;
          double m = first[i] / (1 - Math.pow(0.9, step));
          double v = second[i] / (1 - Math.pow(0.999, step));
          values[i] -= rates[i % 4] * m / (Math.sqrt(v) + 1e-15);
          assertThat((double) logits[i])
              .as("logit %d after step %d", i, step)
              .isCloseTo(values[i], within(0.02 * rates[i % 4]));
          values[i] = logits[i];
        }
      }
    }
  }

  /**
   * Only the regulariser acts. Its gradient hardly changes, so Adam lowers the logit by its rate in
   * each step.
   */
  @ParameterizedTest
  @EnumSource(AdamSettings.Update.class)
  void whatNoViewShowsIsMaskedAfterItsTime(AdamSettings.Update update) {
    Gaussians gaussians = TestGaussians.random(40, 3, SEED).withMasks(LearnedMasks.START_LOGIT);
    for (int i = 0; i < 20; i++) {
      gaussians.means()[3 * i + 1] = 300;
    }
    AdamSettings adam =
        new AdamSettings(1e-3f, 1e-3f, 5e-3f, 0.025f, 2e-3f, 1e-4f, 0.9f, 0.999f, 1e-15f, update);
    MaskSettings masks = new MaskSettings(0.5f, 0, 5e-4f, 0, 0.01f);
    try (SplatModel model = load(gaussians, TestGaussians.camera(32, 32, SEED))) {
      for (int step = 1; step <= 5; step++) {
        model.step(0, new StepSettings(step, SETTINGS, 0.2f, adam, true).withMasks(masks));
        float[] logits = model.gaussians().maskLogits();
        for (int i = 0; i < 20; i++) {
          assertThat(logits[4 * i]).isCloseTo(1 - 0.5f * step, within(0.1f * step));
          assertThat(logits[4 * i + 1])
              .as("bands stay as they are")
              .isEqualTo(LearnedMasks.START_LOGIT);
        }
      }
      for (int step = 6; step <= 20; step++) {
        model.step(0, new StepSettings(step, SETTINGS, 0.2f, adam, true).withMasks(masks));
      }
      GaussianState state = model.state();
      for (int i = 0; i < 20; i++) {
        assertThat(state.parameters().logitOpacities()[i]).isEqualTo(LearnedMasks.HIDDEN_LOGIT);
        assertThat(state.firstMoments().logitOpacities()[i]).isZero();
      }
      int shown = LearnedMasks.shown(state.parameters(), masks.logitLimit()).length;
      assertThat(shown).isLessThanOrEqualTo(20);
      model.densify(new DensifySettings(1e9f, 1, 1e-6f, Float.POSITIVE_INFINITY, 100, SEED, 20));
      assertThat(model.numGaussians()).isEqualTo(shown);
    }
  }

  /** In row i, i % 5 decides what is masked: the volume, band 1, 2 or 3, or nothing. */
  @ParameterizedTest(name = "{0} Gaussians")
  @ValueSource(ints = {1, 33, 300})
  void underTheThresholdAGaussianIsHiddenAndABandZero(int n) {
    Gaussians gaussians = TestGaussians.random(n, 3, SEED).withMasks(LearnedMasks.START_LOGIT);
    for (int i = 0; i < n; i++) {
      if (i % 5 < 4) {
        gaussians.maskLogits()[4 * i + i % 5] = -4.6f; // of 0.00995
      }
    }
    Camera camera = TestGaussians.camera(48, 48, SEED);
    try (SplatModel model = load(gaussians, camera)) {
      float[] before = model.project(camera, SETTINGS).radii();
      for (int step = 1; step <= 3; step++) {
        model.step(0, step(step, MASKS, SETTINGS));
        GaussianState state = model.state();
        float[] radii = model.project(camera, SETTINGS).radii();
        for (int i = 0; i < n; i++) {
          if (i % 5 < 4) {
            assertThat(state.parameters().maskLogits()[4 * i + i % 5])
                .as("a mask that is 0 stays 0")
                .isEqualTo(-4.6f);
          }
          assertThat(radii[i] > 0).as("row %d seen", i).isEqualTo(before[i] > 0 && i % 5 != 0);
          for (int k = 0; k < 48; k++) {
            int band = bandOf(k);
            boolean masked = band > 0 && band == i % 5;
            assertThat(state.parameters().shCoefficients()[48 * i + k] == 0)
                .as("row %d coefficient %d is zero", i, k)
                .isEqualTo(masked);
            if (masked) {
              assertThat(state.firstMoments().shCoefficients()[48 * i + k]).isZero();
              assertThat(state.secondMoments().shCoefficients()[48 * i + k]).isZero();
            }
          }
        }
      }
      Gaussians left = LearnedMasks.applied(model.gaussians(), MASKS.logitLimit());
      assertThat(left.size()).isEqualTo(n - (n + 4) / 5);
      assertThat(left.hasMasks()).isFalse();
      model.densify(new DensifySettings(1e9f, 1, 1e-6f, Float.POSITIVE_INFINITY, n, SEED, 3));
      assertThat(model.numGaussians()).isEqualTo(left.size());
    }
  }

  /** The band of coefficient k of 48. */
  private static int bandOf(int k) {
    return k < 3 ? 0 : k < 12 ? 1 : k < 27 ? 2 : 3;
  }

  @Test
  void masksOfBandsNotInUseWait() {
    Gaussians gaussians = TestGaussians.random(40, 3, SEED).withMasks(LearnedMasks.START_LOGIT);
    try (SplatModel model = load(gaussians, TestGaussians.camera(48, 48, SEED))) {
      model.step(0, step(1, MASKS, new RenderSettings(1, 0, 0, 0)));
      float[] logits = model.gaussians().maskLogits();
      for (int i = 0; i < 40; i++) {
        assertThat(logits[4 * i]).isNotEqualTo(LearnedMasks.START_LOGIT);
        assertThat(logits[4 * i + 1]).isNotEqualTo(LearnedMasks.START_LOGIT);
        assertThat(logits[4 * i + 2]).isEqualTo(LearnedMasks.START_LOGIT);
        assertThat(logits[4 * i + 3]).isEqualTo(LearnedMasks.START_LOGIT);
      }
    }
  }

  /** Masks that stay as they are change nothing. */
  @Test
  void aStepLearnsTheSameBesideMasks() {
    Gaussians gaussians = TestGaussians.random(300, 3, SEED);
    Camera camera = TestGaussians.camera(48, 48, SEED);
    try (SplatModel plain = load(gaussians, camera);
        SplatModel held = load(gaussians.withMasks(-9), camera);
        SplatModel moved = load(gaussians.withMasks(LearnedMasks.START_LOGIT), camera)) {
      plain.step(0, step(1, MaskSettings.NONE, SETTINGS));
      held.step(0, step(1, MaskSettings.NONE, SETTINGS));
      moved.step(0, step(1, MASKS, SETTINGS));
      assertThat(held.gaussians().maskLogits()).containsOnly(-9);
      assertThat(plain.gaussianStateBytes()).isEqualTo(moved.gaussianStateBytes() - 300 * 64);
      for (ParameterFamily family : ParameterFamily.values()) {
        if (family != ParameterFamily.MASK_LOGITS) {
          // If a gradient is nearly zero, the order of its sum may decide the sign of a full step.
          assertThat(apart(held.gaussians().array(family), plain.gaussians().array(family)))
              .isLessThan(0.005);
          assertThat(apart(moved.gaussians().array(family), plain.gaussians().array(family)))
              .isLessThan(0.005);
        }
      }
    }
  }

  /** Share of values that differ. */
  private static double apart(float[] values, float[] expected) {
    return (double)
            IntStream.range(0, values.length)
                .filter(i -> Math.abs(values[i] - expected[i]) > 1e-5)
                .count()
        / values.length;
  }

  @ParameterizedTest(name = "{0} Gaussians")
  @ValueSource(ints = {1, 33, 1000})
  void masksMoveWithTheirRows(int n) {
    GaussianState state =
        new GaussianState(masked(n, 1), masked(n, 2), masked(n, 3), new float[n], new float[n]);
    int[] rows = IntStream.range(0, n).filter(i -> i % 3 != 1).toArray();
    try (SplatModel model = backend.load(state)) {
      assertThat(model.state().parameters()).isEqualTo(state.parameters());
      assertThat(model.state().secondMoments()).isEqualTo(state.secondMoments());
      model.keep(rows);
      assertThat(model.state().parameters()).isEqualTo(state.parameters().rows(rows));
      assertThat(model.state().firstMoments()).isEqualTo(state.firstMoments().rows(rows));
      assertThat(model.state().secondMoments()).isEqualTo(state.secondMoments().rows(rows));
      model.reorder();
      Gaussians after = model.gaussians();
      for (int i = 0; i < rows.length; i++) {
        int row = rowWithMean(state.parameters(), after.means()[3 * i]);
        assertThat(Arrays.copyOfRange(after.maskLogits(), 4 * i, 4 * i + 4))
            .isEqualTo(Arrays.copyOfRange(state.parameters().maskLogits(), 4 * row, 4 * row + 4));
      }
    }
  }

  private static Gaussians masked(int n, long seed) {
    Random random = new Random(seed);
    float[] logits = new float[LearnedMasks.WIDTH * n];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) random.nextGaussian();
    }
    return TestGaussians.random(n, 1, seed).withMasks(logits);
  }

  private static int rowWithMean(Gaussians g, float x) {
    return IntStream.range(0, g.size())
        .filter(i -> g.means()[3 * i] == x)
        .findFirst()
        .orElseThrow();
  }

  /** Row 0 is cloned and row 1 is split. New rows inherit masks but not moments. */
  @Test
  void newGaussiansInheritMasks() {
    Gaussians g = masked(3, 1);
    Arrays.fill(g.logScales(), (float) Math.log(0.01));
    Arrays.fill(g.logScales(), 3, 6, (float) Math.log(0.5));
    Arrays.fill(g.logitOpacities(), 1);
    GaussianState state =
        new GaussianState(
            g, masked(3, 2), masked(3, 3), new float[] {4, 6, 1}, new float[] {2, 2, 2});
    try (SplatModel model = backend.load(state)) {
      model.densify(new DensifySettings(2, 0.1f, 0.005f, 5, 1000, SEED, 600));
      GaussianState after = model.state();
      int[] sources = {0, 2, 0, 1, 1}; // survivors, clone, first half, second half
      assertThat(after.size()).isEqualTo(5);
      for (int i = 0; i < 20; i++) {
        int from = 4 * sources[i / 4] + i % 4;
        assertThat(after.parameters().maskLogits()[i]).isEqualTo(g.maskLogits()[from]);
        assertThat(after.firstMoments().maskLogits()[i])
            .isEqualTo(i < 8 ? state.firstMoments().maskLogits()[from] : 0);
        assertThat(after.secondMoments().maskLogits()[i])
            .isEqualTo(i < 8 ? state.secondMoments().maskLogits()[from] : 0);
      }
    }
  }
}
