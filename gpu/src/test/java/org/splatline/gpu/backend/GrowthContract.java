package org.splatline.gpu.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Comparator;
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
import org.splatline.gpu.backend.DensifySettings.Fading;
import org.splatline.gpu.backend.DensifySettings.Growth;
import org.splatline.gpu.backend.DensifySettings.Split;
import org.splatline.gpu.gaussian.GaussianState;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.picture.Picture;
import org.splatline.gpu.scene.Camera;

/**
 * What every backend must do when Gaussians grow by error, towards a number, along their longest
 * axes, and when opacities fade. It is compared with {@link OracleRenderer} and with plain
 * arithmetic in double. Tests of backends extend this class and add nothing.
 */
public abstract class GrowthContract {
  private static final long SEED = 7;
  private static final int STEP = 600;
  private static final float GATE = 0.02f;
  private static final RenderSettings SETTINGS = new RenderSettings(1, 0.2f, 0.5f, 0.7f);
  private static final float ANY_SCALE = Float.POSITIVE_INFINITY;
  private static final Split CLONES = new Split(Split.Kind.RANDOM, 1e9f);
  private static final Split LONG_AXIS = new Split(Split.Kind.LONG_AXIS, 1e9f);

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

  private static DensifySettings settings(Growth growth, Split split) {
    return settings(growth, split, Fading.NONE);
  }

  private static DensifySettings settings(Growth growth, Split split, Fading fading) {
    return new DensifySettings(
        growth, split, 0.005f, ANY_SCALE, FarLimits.NONE, fading, 1_000_000, SEED, STEP);
  }

  private static ErrorViews views(Integer... targets) {
    return new ErrorViews(List.of(targets), SETTINGS, GATE);
  }

  private static Picture picture(int width, int height, int channels, boolean masked) {
    Picture picture = TestGaussians.picture(width, height, channels, SEED);
    if (!masked) {
      return picture;
    }
    byte[] mask = new byte[width * height];
    for (int p = 0; p < mask.length; p++) {
      mask[p] = (byte) (p % width % 5 < 2 || p / width % 7 == 3 ? 0 : 255);
    }
    return new Picture(width, height, channels, picture.pixels(), mask);
  }

  /** The scores by their definition. */
  private static double[] scores(
      Gaussians gaussians, Camera camera, Picture picture, ErrorViews views) {
    double[] background = {views.render().red(), views.render().green(), views.render().blue()};
    OracleRenderer oracle = new OracleRenderer(gaussians);
    double[] rendered = oracle.render(camera, views.render());
    double[] errors = new double[picture.width() * picture.height()];
    for (int p = 0; p < errors.length; p++) {
      double sum = 0;
      for (int c = 0; c < 3; c++) {
        double value = (picture.pixels()[picture.channels() * p + c] & 0xff) / 255.0;
        double alpha = picture.channels() == 4 ? (picture.pixels()[4 * p + 3] & 0xff) / 255.0 : 1;
        sum += Math.abs(rendered[3 * p + c] - value * alpha - (1 - alpha) * background[c]);
      }
      boolean counts = picture.mask().length == 0 || picture.mask()[p] != 0;
      errors[p] = counts && sum / 3 > views.gate() ? Math.min(1, sum / 3) : 0;
    }
    double[] scores = new double[gaussians.size()];
    oracle.render(
        camera,
        views.render(),
        (n, pixel, opacity, alpha, before) -> scores[n] += alpha * before * errors[pixel]);
    return scores;
  }

  @ParameterizedTest(name = "{0} Gaussians, {1} x {2} px, {3} channels, masked {4}, gate {5}")
  @CsvSource({
    "0, 17, 16, 3, false, 0.02",
    "1, 33, 17, 4, false, 0.02",
    "33, 1, 1, 3, false, 0.02",
    "33, 48, 40, 3, true, 0.02",
    "257, 50, 41, 4, true, 0.02",
    "257, 97, 61, 3, false, 0.3",
    "600, 64, 48, 4, false, 0",
    "33, 40, 40, 3, false, 1"
  })
  void errorScoresAreAsTheOracles(
      int n, int width, int height, int channels, boolean masked, float gate) {
    Gaussians gaussians = TestGaussians.random(n, 1, SEED + n);
    ErrorViews views = new ErrorViews(List.of(2, 0), SETTINGS, gate);
    Camera[] cameras = new Camera[3];
    Arrays.setAll(cameras, i -> TestGaussians.camera(width, height, SEED + i));
    Picture picture = picture(width, height, channels, masked);
    double[] expected = new double[n];
    for (int target : views.targets()) {
      double[] scores = scores(gaussians, cameras[target], picture, views);
      Arrays.setAll(expected, i -> expected[i] + scores[i]);
    }
    try (SplatModel model = backend.load(GaussianState.of(gaussians))) {
      model.useTargets(Arrays.stream(cameras).map(camera -> new Target(camera, picture)).toList());
      double[] scores = model.errorScores(views);
      assertThat(scores).hasSize(n);
      double largest = Arrays.stream(expected).max().orElse(0);
      for (int i = 0; i < n; i++) {
        // A pixel at the gate, or at a cut-off of alpha, may be decided differently.
        assertThat(scores[i])
            .as("Gaussian %d", i)
            .isCloseTo(expected[i], within(0.01 + gate + 1e-4 * largest));
      }
      assertThat(Arrays.stream(scores).sum())
          .isCloseTo(Arrays.stream(expected).sum(), within(1e-3 * largest * n + 1e-9));
      assertThat(model.errorScores(views)).as("the same bits again").isEqualTo(scores);
      assertThat(model.errorScores(ErrorViews.NONE)).containsOnly(new double[n]);
    }
  }

  /** Colours far above 1, as they are before a model has learned. */
  @Test
  void anErrorIsAtMostOne() {
    Gaussians gaussians = TestGaussians.random(40, 1, SEED);
    for (int i = 0; i < gaussians.shCoefficients().length; i++) {
      gaussians.shCoefficients()[i] = i % 12 < 3 ? 40 : 0;
    }
    Camera camera = TestGaussians.camera(40, 30, SEED);
    Picture picture = picture(40, 30, 3, false);
    double[] expected = scores(gaussians, camera, picture, views(0));
    try (SplatModel model = backend.load(GaussianState.of(gaussians))) {
      model.useTargets(List.of(new Target(camera, picture)));
      double[] scores = model.errorScores(views(0));
      for (int i = 0; i < 40; i++) {
        assertThat(scores[i]).isCloseTo(expected[i], within(0.05));
      }
    }
  }

  /**
   * Gaussians of which none is pruned; every third was not seen, others have gradients of 0 to 1.
   */
  private static GaussianState steep(int n) {
    Gaussians g = TestGaussians.random(n, 1, SEED);
    Random random = new Random(SEED);
    float[] sums = new float[n];
    float[] counts = new float[n];
    for (int i = 0; i < n; i++) {
      g.logitOpacities()[i] = -1 + 2 * random.nextFloat();
      counts[i] = i % 3;
      sums[i] = counts[i] * random.nextFloat();
    }
    return new GaussianState(
        g, TestGaussians.random(n, 1, 1), TestGaussians.random(n, 1, 2), sums, counts);
  }

  private static void useOneTarget(SplatModel model) {
    model.useTargets(
        List.of(new Target(TestGaussians.camera(64, 48, SEED), picture(64, 48, 3, false))));
  }

  private static double key(double score, int n) {
    double uniform = ((CounterRandom.bits(SEED, STEP, n, 12) >>> 40) + 0.5) / (1 << 24);
    return score / -Math.log(uniform);
  }

  @ParameterizedTest(name = "{0} Gaussians, gradient from {1}, room for {2}")
  @CsvSource({"2000, 0, 1", "2000, 0, 33", "2000, 0, 400", "2000, 0.5, 300", "33, 0, 6", "1, 0, 1"})
  void growsTheWinnersOfTheRace(int n, float gradient, int room) {
    GaussianState state = steep(n);
    Gaussians g = state.parameters();
    try (SplatModel model = backend.load(state);
        SplatModel again = backend.load(state)) {
      useOneTarget(model);
      useOneTarget(again);
      double[] scores = model.errorScores(views(0));
      int[] expected =
          IntStream.range(0, n)
              .filter(i -> scores[i] > 0 && state.gradientSums()[i] >= gradient * (i % 3))
              .filter(i -> gradient == 0 || i % 3 > 0)
              .boxed()
              .sorted(
                  Comparator.<Integer>comparingDouble(i -> -key(scores[i], i))
                      .thenComparing(i -> i))
              .limit(Math.min(room, n / 5))
              .mapToInt(i -> i)
              .sorted()
              .toArray();
      DensifySettings settings = settings(new Growth(gradient, n + room, views(0)), CLONES);
      assertThat(model.densify(settings)).isEqualTo(new DensifyResult(expected.length, 0, 0));
      assertThat(model.numGaussians()).isEqualTo(n + expected.length);
      int[] rows = IntStream.range(n, n + expected.length).toArray();
      assertThat(model.gaussians().rows(rows)).isEqualTo(g.rows(expected));
      again.densify(settings);
      assertThat(again.gaussians()).as("the same choice again").isEqualTo(model.gaussians());
    }
  }

  /** Half of the Gaussians are behind the camera: they have no error, and do not grow. */
  @Test
  void whatHasNoErrorDoesNotGrow() {
    GaussianState state = steep(100);
    for (int i = 0; i < 100; i += 2) {
      state.parameters().means()[3 * i + 1] = 300;
    }
    try (SplatModel model = backend.load(state)) {
      useOneTarget(model);
      int seen = (int) Arrays.stream(model.errorScores(views(0))).filter(s -> s > 0).count();
      assertThat(seen).isBetween(20, 50);
      for (int round = 0; round < 2; round++) {
        int before = model.numGaussians();
        model.densify(settings(new Growth(0, 1000, views(0)), CLONES));
        assertThat(model.numGaussians()).isEqualTo(before + before / 5);
      }
      float[] means = model.gaussians().means();
      int behind =
          (int) IntStream.range(0, means.length / 3).filter(i -> means[3 * i + 1] == 300).count();
      assertThat(behind).isEqualTo(50);
    }
  }

  /** No Gaussian has an error under a gate of 1. */
  @Test
  void underTheGateNothingGrows() {
    try (SplatModel model = backend.load(steep(100))) {
      useOneTarget(model);
      ErrorViews gated = new ErrorViews(List.of(0), SETTINGS, 1);
      assertThat(model.densify(settings(new Growth(0, 1000, gated), CLONES)))
          .isEqualTo(new DensifyResult(0, 0, 0));
      assertThat(model.numGaussians()).isEqualTo(100);
    }
  }

  /** Rows i with i % 10 = 3 are transparent. The others replace them, by error or by gradient. */
  @ParameterizedTest(name = "by error {0}, goal {1}, {2} in the end")
  @CsvSource({
    "true, 1000, 1000",
    "true, 950, 950",
    "true, 900, 900",
    "true, 500, 900",
    "true, 5000, 1100",
    "false, 1000, 1000",
    "false, 950, 950",
    "false, 500, 900",
    "false, 5000, 1100"
  })
  void whatIsPrunedIsReplacedUpToTheGoal(boolean byError, int goal, int end) {
    GaussianState state = steep(1000);
    for (int i = 3; i < 1000; i += 10) {
      state.parameters().logitOpacities()[i] = -8;
      state.gradientSums()[i] = 1000;
      state.gradientCounts()[i] = 1;
    }
    try (SplatModel model = backend.load(state)) {
      useOneTarget(model);
      Growth growth = new Growth(0, goal, byError ? views(0) : ErrorViews.NONE);
      assertThat(model.densify(settings(growth, CLONES)))
          .isEqualTo(new DensifyResult(end - 900, 0, 100));
      assertThat(model.numGaussians()).isEqualTo(end);
      for (float logit : model.gaussians().logitOpacities()) {
        assertThat(logit).isGreaterThan(-2);
      }
    }
  }

  /** Rows i with i % 10 = 3 are transparent. The largest gradients replace none of them. */
  @ParameterizedTest
  @EnumSource(Split.Kind.class)
  void withoutGrowthARoundOnlyPrunes(Split.Kind kind) {
    GaussianState state = steep(1000);
    for (int i = 0; i < 1000; i++) {
      state.gradientSums()[i] = i % 2 == 0 ? Float.MAX_VALUE : 1;
      state.gradientCounts()[i] = 1;
      if (i % 10 == 3) {
        state.parameters().logitOpacities()[i] = -8;
      }
    }
    int[] staying = IntStream.range(0, 1000).filter(i -> i % 10 != 3).toArray();
    Gaussians expected = state.parameters().rows(staying);
    try (SplatModel model = backend.load(state)) {
      useOneTarget(model);
      DensifySettings growing = settings(new Growth(0, 1000, views(0)), new Split(kind, 1e9f));
      assertThat(model.densify(growing.withoutGrowth())).isEqualTo(new DensifyResult(0, 0, 100));
      assertThat(model.gaussians()).isEqualTo(expected);
    }
  }

  @Test
  void theLimitHoldsAboveAGoal() {
    try (SplatModel model = backend.load(steep(1000))) {
      DensifySettings settings = settings(new Growth(0, 1150, ErrorViews.NONE), CLONES);
      model.densify(settings.withMaxGaussians(1100));
      assertThat(model.numGaussians()).isEqualTo(1100);
      model.densify(settings.withMaxGaussians(1000));
      assertThat(model.numGaussians()).isEqualTo(1100);
    }
  }

  @Test
  void noGaussianGrowsToNone() {
    try (SplatModel model = backend.load(GaussianState.of(TestGaussians.random(0, 1, SEED)))) {
      useOneTarget(model);
      for (Split split : List.of(CLONES, LONG_AXIS)) {
        assertThat(model.densify(settings(new Growth(0, 10, views(0)), split)))
            .isEqualTo(new DensifyResult(0, 0, 0));
      }
      assertThat(model.numGaussians()).isZero();
    }
  }

  private static double sigmoid(double logit) {
    return 1 / (1 + Math.exp(-logit));
  }

  private static double logit(double opacity) {
    return Math.log(opacity / (1 - opacity));
  }

  /** Column {@code axis} of a quaternion's rotation matrix: the axis in the world. */
  private static double[] axis(float[] q, int axis) {
    double length = Math.sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3]);
    double[] u = {q[1] / length, q[2] / length, q[3] / length};
    double w = q[0] / length;
    double[] e = new double[3];
    e[axis] = 1;
    // v' = v + 2 w (u x v) + 2 u x (u x v)
    double[] once = cross(u, e);
    double[] twice = cross(u, once);
    double[] turned = new double[3];
    Arrays.setAll(turned, i -> e[i] + 2 * w * once[i] + 2 * twice[i]);
    return turned;
  }

  private static double[] cross(double[] a, double[] b) {
    return new double[] {
      a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]
    };
  }

  /**
   * Rows with an odd index grow. Row 3 is transparent, and row 5 too large: they are pruned, though
   * their halves would be smaller. Row 7 has equal scales: its first axis counts.
   */
  @ParameterizedTest(name = "decay {0}, limit {1}")
  @CsvSource({"1, 1", "0.9, 0.6"})
  void splitsAlongTheLongestAxis(float decay, float limit) {
    int n = 40;
    Gaussians g = TestGaussians.random(n, 1, SEED);
    float[] sums = new float[n];
    float[] counts = new float[n];
    for (int i = 0; i < n; i++) {
      g.logitOpacities()[i] = -1.5f + 0.1f * i;
      sums[i] = i % 2;
      counts[i] = 1;
    }
    g.logitOpacities()[3] = -8;
    g.logitOpacities()[9] = (float) logit(0.006); // its halves are below the limit of 0.005
    g.logScales()[15] = (float) Math.log(5);
    Arrays.fill(g.logScales(), 21, 24, (float) Math.log(0.1));
    GaussianState state =
        new GaussianState(
            g, TestGaussians.random(n, 1, 1), TestGaussians.random(n, 1, 2), sums, counts);
    DensifySettings settings =
        new DensifySettings(
            Growth.byGradient(0.5f),
            LONG_AXIS,
            0.005f,
            4,
            FarLimits.NONE,
            new Fading(decay, limit),
            1000,
            SEED,
            STEP);
    int[] kept = IntStream.range(0, n).filter(i -> i % 2 == 0).toArray();
    int[] split = IntStream.range(0, n).filter(i -> i % 2 == 1 && i != 3 && i != 5).toArray();
    int halves = split.length;
    try (SplatModel model = backend.load(state)) {
      assertThat(model.densify(settings)).isEqualTo(new DensifyResult(0, halves, 2));
      GaussianState after = model.state();
      Gaussians p = after.parameters();
      assertThat(p.size()).isEqualTo(kept.length + 2 * halves);
      for (int i = 0; i < 2 * halves; i++) {
        int source = split[i % halves];
        int row = kept.length + i;
        double[] logs = new double[3];
        Arrays.setAll(logs, k -> g.logScales()[3 * source + k]);
        int longest = logs[1] > logs[0] ? 1 : 0;
        longest = logs[2] > logs[longest] ? 2 : longest;
        double[] along = axis(Arrays.copyOfRange(g.quats(), 4 * source, 4 * source + 4), longest);
        for (int k = 0; k < 3; k++) {
          double moved = (i < halves ? 0.5 : -0.5) * Math.exp(logs[longest]) * along[k];
          assertThat((double) p.means()[3 * row + k])
              .as("mean of half %d of %d", i / halves, source)
              .isCloseTo(g.means()[3 * source + k] + moved, within(1e-6));
          assertThat((double) p.logScales()[3 * row + k])
              .isCloseTo(logs[k] + Math.log(k == longest ? 0.5 : 0.85), within(1e-6));
        }
        double opacity = Math.min(limit, decay * sigmoid(g.logitOpacities()[source]));
        assertThat((double) p.logitOpacities()[row]).isCloseTo(logit(0.6 * opacity), within(1e-5));
        assertThat(p.rows(new int[] {row}).quats()).isEqualTo(g.rows(new int[] {source}).quats());
        assertThat(p.rows(new int[] {row}).shCoefficients())
            .isEqualTo(g.rows(new int[] {source}).shCoefficients());
        assertThat(after.firstMoments().rows(new int[] {row}).means()).containsOnly(0);
        assertThat(after.secondMoments().rows(new int[] {row}).shCoefficients()).containsOnly(0);
      }
      int[] first = IntStream.range(0, kept.length).toArray();
      assertThat(p.rows(first).means()).isEqualTo(g.rows(kept).means());
      assertThat(after.firstMoments().rows(first)).isEqualTo(state.firstMoments().rows(kept));
      assertThat(after.gradientCounts()).containsOnly(0);
    }
  }

  /** Both kinds of growth and of splitting work together, and reach the goal exactly. */
  @ParameterizedTest(name = "{0}, by error {1}")
  @CsvSource({"RANDOM, true", "RANDOM, false", "LONG_AXIS, true", "LONG_AXIS, false"})
  void reachesTheGoalHoweverItGrows(Split.Kind kind, boolean byError) {
    GaussianState state = steep(1000);
    try (SplatModel model = backend.load(state)) {
      useOneTarget(model);
      Growth growth = new Growth(0, 1111, byError ? views(0) : ErrorViews.NONE);
      DensifyResult result = model.densify(settings(growth, new Split(kind, 0.1f)));
      assertThat(model.numGaussians()).isEqualTo(1111);
      assertThat(result.cloned() + result.split()).isEqualTo(111);
      assertThat(result.cloned() > 0).isEqualTo(kind == Split.Kind.RANDOM);
      assertThat(result.split()).isPositive();
    }
  }

  @ParameterizedTest(name = "{0} Gaussians")
  @ValueSource(ints = {1, 33, 257})
  void opacitiesFadeAndMomentsStay(int n) {
    GaussianState state = steep(n);
    for (int i = 0; i < n; i++) {
      state.parameters().logitOpacities()[i] = (float) (6 * Math.sin(i));
    }
    Growth growth = Growth.byGradient(2);
    int[] none = IntStream.range(0, n).toArray();
    for (Fading fading :
        List.of(Fading.NONE, new Fading(0.9f, 1), new Fading(1, 0.7f), new Fading(0.98f, 0.5f))) {
      int[] kept = IntStream.of(none).filter(i -> faded(state, i, fading) >= 0.005).toArray();
      try (SplatModel model = backend.load(state)) {
        model.densify(settings(growth, CLONES, fading));
        GaussianState after = model.state();
        assertThat(after.size()).isEqualTo(kept.length);
        for (int i = 0; i < kept.length; i++) {
          float before = state.parameters().logitOpacities()[kept[i]];
          float logit = after.parameters().logitOpacities()[i];
          assertThat(sigmoid(logit)).isCloseTo(faded(state, kept[i], fading), within(1e-6));
          if (fading.decay() == 1 && sigmoid(before) < fading.limit() - 1e-6) {
            assertThat(logit).as("all bits").isEqualTo(before);
          }
        }
        assertThat(after.firstMoments()).isEqualTo(state.firstMoments().rows(kept));
        assertThat(after.secondMoments()).isEqualTo(state.secondMoments().rows(kept));
      }
    }
  }

  private static double faded(GaussianState state, int n, Fading fading) {
    return Math.min(
        fading.limit(), fading.decay() * sigmoid(state.parameters().logitOpacities()[n]));
  }

  /** A clone has the faded opacity of its original. */
  @Test
  void clonesFadeToo() {
    GaussianState state = steep(60);
    try (SplatModel model = backend.load(state)) {
      model.densify(settings(Growth.byGradient(0), CLONES, new Fading(0.8f, 1)));
      float[] logits = model.gaussians().logitOpacities();
      assertThat(logits).hasSize(120);
      for (int i = 0; i < 60; i++) {
        assertThat(sigmoid(logits[i]))
            .isCloseTo(faded(state, i, new Fading(0.8f, 1)), within(1e-6));
        assertThat(logits[60 + i]).isEqualTo(logits[i]);
      }
    }
  }
}
