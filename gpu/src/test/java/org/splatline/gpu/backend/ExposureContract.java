package org.splatline.gpu.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.splatline.gpu.gaussian.GaussianState;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.ParameterFamily;
import org.splatline.gpu.picture.Picture;
import org.splatline.gpu.scene.Camera;

/**
 * What every backend must do if exposures are learned. Gradients are those of {@link
 * OracleRenderer}'s picture, transformed in double; after a first step Adam's first moment is the
 * gradient times 1 - beta1. Tests of backends extend this class and add nothing.
 */
public abstract class ExposureContract {
  private static final long SEED = 7;
  private static final int WIDTH = Exposures.WIDTH;
  private static final float RATE = 0.01f;
  private static final RenderSettings SETTINGS = new RenderSettings(3, 0.2f, 0.5f, 0.7f);
  private static final AdamSettings ADAM = SplatBackendContract.ADAM;

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

  private static StepSettings step(int step, float rate) {
    return new StepSettings(step, SETTINGS, 0.2f, ADAM, true).withExposureRate(rate);
  }

  /** Transforms around the identity, which a training of a few steps could have. */
  private static Exposures exposures(int views) {
    Random random = new Random(SEED);
    Exposures exposures = Exposures.identity(views);
    for (int i = 0; i < WIDTH * views; i++) {
      exposures.transforms()[i] += (float) (0.1 * random.nextGaussian());
    }
    return exposures;
  }

  /** As many pictures of a size, each from its own side. */
  private static List<Target> targets(int views, int width, int height) {
    List<Target> targets = new ArrayList<>();
    for (int i = 0; i < views; i++) {
      targets.add(
          new Target(
              TestGaussians.camera(width, height, i),
              TestGaussians.picture(width, height, 3, SEED + i)));
    }
    return targets;
  }

  private SplatModel load(Gaussians gaussians, List<Target> targets, Exposures exposures) {
    SplatModel model = backend.load(GaussianState.of(gaussians));
    model.useTargets(targets);
    model.useExposures(exposures);
    return model;
  }

  /** The picture of {@code oracle} after a transform. */
  private static double[] exposed(double[] rendered, double[] transform) {
    double[] exposed = new double[rendered.length];
    for (int i = 0; i < exposed.length; i++) {
      int pixel = i / 3 * 3;
      int row = i % 3 * 4;
      exposed[i] = transform[row + 3];
      for (int k = 0; k < 3; k++) {
        exposed[i] += transform[row + k] * rendered[pixel + k];
      }
    }
    return exposed;
  }

  private static double[] centralDifferences(double[] values, DoubleSupplier loss) {
    double[] differences = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      double step = 1e-5;
      double value = values[i];
      values[i] = value + step;
      double above = loss.getAsDouble();
      values[i] = value - step;
      double below = loss.getAsDouble();
      values[i] = value;
      differences[i] = (above - below) / (2 * step);
    }
    return differences;
  }

  /** L1 has a kink where a pixel meets its target; a step across one shows as up to 1 %. */
  private static void checkGradients(String what, float[] firstMoments, double[] expected) {
    double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
    assertThat(largest).as("largest gradient of %s", what).isGreaterThan(1e-5);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) firstMoments[i] / (1 - ADAM.beta1()))
          .as("%s[%d]", what, i)
          .isCloseTo(expected[i], within(0.01 * largest + 1e-7));
    }
  }

  @ParameterizedTest(name = "{0} channels, masked {1}")
  @CsvSource({"3, false", "4, false", "3, true", "4, true"})
  void gradientsAreCentralDifferences(int channels, boolean masked) {
    int width = 21;
    int height = 19;
    Picture full = TestGaussians.picture(width, height, channels, SEED);
    Picture picture = masked ? SplatBackendContract.masked(full) : full;
    Camera camera = TestGaussians.camera(width, height, SEED);
    Gaussians gaussians = SplatBackendContract.smooth();
    Exposures start = exposures(2);
    double[] transform =
        IntStream.range(WIDTH, 2 * WIDTH).mapToDouble(i -> start.transforms()[i]).toArray();
    OracleRenderer oracle = new OracleRenderer(gaussians);
    double[] before = exposed(oracle.render(camera, SETTINGS), transform);
    double[] target = SplatBackendContract.composed(picture, SETTINGS);
    SplatBackendContract.takeIgnored(picture, before, target);
    DoubleSupplier lossNow =
        () -> {
          double[] shown = exposed(oracle.render(camera, SETTINGS), transform);
          SplatBackendContract.takeIgnored(picture, before, shown);
          return OracleRenderer.loss(shown, target, width, height, 0.2);
        };
    Target asked = new Target(camera, picture);
    try (SplatModel model = load(gaussians, List.of(asked, asked), start)) {
      model.step(1, step(1, RATE));
      assertThat(model.drainStatistics().loss())
          .as("loss of the exposed picture")
          .isCloseTo(lossNow.getAsDouble(), within(1e-5));
      float[] moments = model.exposures().firstMoments();
      assertThat(Arrays.copyOf(moments, WIDTH)).as("the other view's").containsOnly(0);
      checkGradients(
          "transform",
          Arrays.copyOfRange(moments, WIDTH, 2 * WIDTH),
          centralDifferences(transform, lossNow));
      GaussianState state = model.state();
      for (ParameterFamily family : ParameterFamily.values()) {
        if (family != ParameterFamily.MASK_LOGITS) {
          checkGradients(
              family.glossaryName(),
              state.firstMoments().array(family),
              centralDifferences(oracle.parameters(family), lossNow));
        }
      }
    }
  }

  /** The same algorithm in double, with the gradients taken from the first moments. */
  @ParameterizedTest(name = "{0} Gaussians, {1} views of {2} x {3} px")
  @CsvSource({"0, 1, 1, 1", "1, 2, 33, 17", "33, 3, 40, 7", "257, 33, 20, 30"})
  void transformsFollowAdamWithTheirOwnCount(int n, int views, int width, int height) {
    Exposures now = exposures(views);
    double[] values = IntStream.range(0, WIDTH * views).mapToDouble(i -> i).toArray();
    Arrays.setAll(values, i -> now.transforms()[i]);
    int[] counts = new int[views];
    double[] first = new double[WIDTH * views];
    double[] second = new double[WIDTH * views];
    try (SplatModel model =
        load(TestGaussians.random(n, 3, SEED), targets(views, width, height), now)) {
      for (int step = 1; step <= 6; step++) {
        int view = step * step % views;
        model.step(view, step(step, RATE));
        Exposures after = model.exposures();
        counts[view]++;
        for (int i = WIDTH * view; i < WIDTH * (view + 1); i++) {
          double g = (after.firstMoments()[i] - 0.9 * first[i]) / 0.1;
          first[i] = after.firstMoments()[i];
          second[i] = 0.999 * second[i] + 0.001 * g * g;
          double m = first[i] / (1 - Math.pow(0.9, counts[view]));
          double v = second[i] / (1 - Math.pow(0.999, counts[view]));
          values[i] -= RATE * m / (Math.sqrt(v) + 1e-15);
        }
        center(values, views);
        for (int i = 0; i < values.length; i++) {
          assertThat((double) after.transforms()[i])
              .as("number %d after step %d", i, step)
              .isCloseTo(values[i], within(0.02 * RATE));
          values[i] = after.transforms()[i];
        }
        for (int i = 0; i < views; i++) {
          assertThat(after.counts()[i]).as("steps of view %d", i).isEqualTo(counts[i]);
        }
      }
    }
  }

  private static void center(double[] values, int views) {
    for (int k = 0; k < WIDTH; k++) {
      double sum = 0;
      for (int v = 0; v < views; v++) {
        sum += values[WIDTH * v + k];
      }
      for (int v = 0; v < views; v++) {
        values[WIDTH * v + k] -= sum / views - (k == 0 || k == 5 || k == 10 ? 1 : 0);
      }
    }
  }

  @ParameterizedTest(name = "{0} views")
  @ValueSource(ints = {1, 2, 31, 33, 300})
  void theMeanIsTheIdentity(int views) {
    try (SplatModel model =
        load(TestGaussians.random(33, 1, SEED), targets(views, 16, 16), exposures(views))) {
      for (int step = 1; step <= 5; step++) {
        model.step(7 * step % views, step(step, RATE));
        float[] transforms = model.exposures().transforms();
        for (int k = 0; k < WIDTH; k++) {
          double sum = 0;
          for (int v = 0; v < views; v++) {
            sum += transforms[WIDTH * v + k];
          }
          assertThat(sum / views)
              .as("mean of number %d after step %d", k, step)
              .isCloseTo(k == 0 || k == 5 || k == 10 ? 1 : 0, within(1e-6));
        }
      }
    }
  }

  /** Transforms that change nothing teach the same as none. */
  @Test
  void theIdentityChangesNothing() {
    Gaussians gaussians = TestGaussians.random(257, 3, SEED);
    List<Target> targets = targets(2, 48, 35);
    try (SplatModel plain = load(gaussians, targets, Exposures.NONE);
        SplatModel exposed = load(gaussians, targets, Exposures.identity(2))) {
      plain.step(1, step(1, 0));
      exposed.step(1, step(1, RATE));
      StepStatistics expected = plain.drainStatistics();
      StepStatistics statistics = exposed.drainStatistics();
      assertThat(statistics.loss()).isCloseTo(expected.loss(), within(1e-12));
      assertThat(statistics.psnr()).isCloseTo(expected.psnr(), within(1e-9));
      for (ParameterFamily family : ParameterFamily.values()) {
        float[] moments = exposed.state().firstMoments().array(family);
        float[] same = plain.state().firstMoments().array(family);
        float largest = 0;
        for (float moment : same) {
          largest = Math.max(largest, Math.abs(moment));
        }
        // sums of gradients may have another order
        assertThat(moments).containsExactly(same, within(1e-4f * largest));
      }
      assertThat(plain.exposures().isEmpty()).isTrue();
      assertThat(exposed.exposures().transforms()).isNotEqualTo(Exposures.identity(2).transforms());
    }
  }

  /** Gaussians of two runs may differ after a step, but not what the first step sums. */
  @Test
  void stepsHaveTheSameBitsOnEveryRun() {
    List<Exposures> runs = new ArrayList<>();
    for (int run = 0; run < 3; run++) {
      try (SplatModel model =
          load(TestGaussians.random(257, 3, SEED), targets(3, 150, 110), exposures(3))) {
        model.step(2, step(1, RATE));
        runs.add(model.exposures());
      }
    }
    for (Exposures run : runs) {
      assertThat(run.transforms()).isEqualTo(runs.get(0).transforms());
      assertThat(run.firstMoments()).isEqualTo(runs.get(0).firstMoments());
      assertThat(run.secondMoments()).isEqualTo(runs.get(0).secondMoments());
    }
  }

  /** Other pictures, the optimiser's other steps and densification leave exposures as they are. */
  @Test
  void exposuresStayUntilTheyAreTrained() {
    Exposures start = exposures(2);
    Exposures copy = start.copy();
    try (SplatModel model = load(TestGaussians.random(33, 1, SEED), targets(2, 16, 16), start)) {
      Arrays.fill(start.transforms(), 9);
      model.step(0, step(1, 0));
      model.useTargets(targets(2, 64, 48));
      model.densify(new DensifySettings(1e9f, 1, 1e-6f, Float.POSITIVE_INFINITY, 100, SEED, 1));
      assertThat(model.exposures().transforms()).isEqualTo(copy.transforms());
      assertThat(model.exposures().counts()).containsOnly(0);
      model.step(1, step(2, RATE));
      assertThat(model.exposures().counts()).containsExactly(0, 1);
      model.useExposures(Exposures.NONE);
      assertThat(model.exposures().isEmpty()).isTrue();
    }
  }

  @Test
  void stoppedAndResumedIsTheSame() {
    Gaussians none = TestGaussians.random(0, 0, SEED);
    List<Target> targets = targets(3, 21, 13);
    Exposures middle;
    Exposures end;
    try (SplatModel model = load(none, targets, exposures(3))) {
      train(model, 1, 7);
      middle = model.exposures();
      train(model, 8, 14);
      end = model.exposures();
    }
    try (SplatModel model = load(none, targets, middle)) {
      train(model, 8, 14);
      Exposures resumed = model.exposures();
      assertThat(resumed.transforms()).isEqualTo(end.transforms());
      assertThat(resumed.firstMoments()).isEqualTo(end.firstMoments());
      assertThat(resumed.secondMoments()).isEqualTo(end.secondMoments());
      assertThat(resumed.counts()).isEqualTo(end.counts());
    }
  }

  private static void train(SplatModel model, int from, int until) {
    for (int step = from; step <= until; step++) {
      model.step(step % 3, step(step, RATE));
    }
  }

  @Test
  void aStepNeedsTheExposureOfItsTarget() {
    try (SplatModel model =
        load(TestGaussians.random(1, 0, SEED), targets(2, 8, 8), Exposures.identity(1))) {
      assertThatThrownBy(() -> model.step(1, step(1, RATE)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("Invalid target index: 1 of 1 exposures");
    }
  }
}
