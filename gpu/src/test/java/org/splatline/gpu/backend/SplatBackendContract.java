package org.splatline.gpu.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleSupplier;
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
import org.splatline.gpu.gaussian.ParameterFamily;
import org.splatline.gpu.picture.AreaFilter;
import org.splatline.gpu.picture.Picture;
import org.splatline.gpu.scene.Camera;
import org.splatline.gpu.scene.Intrinsics;

/**
 * What every backend must do, compared with {@link OracleRenderer} in double and its central
 * differences. Tests of backends extend this class and add nothing.
 */
public abstract class SplatBackendContract {
  private static final long SEED = 7;
  private static final RenderSettings SETTINGS = new RenderSettings(3, 0.2f, 0.5f, 0.7f);
  public static final AdamSettings ADAM =
      new AdamSettings(
          1e-3f,
          1e-3f,
          5e-3f,
          0.025f,
          2.5e-3f,
          1.25e-4f,
          0.9f,
          0.999f,
          1e-15f,
          AdamSettings.Update.VISIBLE);

  // Worst seen over 50 seeds on the CPU backend: 2e-4 px, 3e-6 relative, 4e-6.
  private static final double TOLERANCE_PX = 2e-3;
  private static final double TOLERANCE_RELATIVE = 1e-4;
  private static final double TOLERANCE_COLOR = 1e-4;

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

  private SplatModel load(Gaussians gaussians) {
    return backend.load(GaussianState.of(gaussians));
  }

  @ParameterizedTest(name = "{0} Gaussians")
  @ValueSource(ints = {0, 1, 31, 32, 33, 257, 10_000})
  void projectsAsTheOracle(int n) {
    Gaussians gaussians = TestGaussians.random(n, 3, SEED);
    Camera camera = TestGaussians.camera(97, 61, SEED);
    OracleRenderer oracle = new OracleRenderer(gaussians);
    try (SplatModel model = load(gaussians)) {
      Projection projection = model.project(camera, SETTINGS);
      int compared = 0;
      for (int i = 0; i < n; i++) {
        if (projection.radii()[i] == 0) {
          continue;
        }
        compared++;
        OracleRenderer.Projected expected = oracle.project(i, camera, SETTINGS);
        assertThat(expected.visible()).as("Gaussian %d", i).isTrue();
        assertThat((double) projection.means2d()[2 * i])
            .isCloseTo(expected.u(), within(TOLERANCE_PX));
        assertThat((double) projection.means2d()[2 * i + 1])
            .isCloseTo(expected.v(), within(TOLERANCE_PX));
        assertThat((double) projection.depths()[i])
            .isCloseTo(expected.depth(), within(TOLERANCE_RELATIVE));
        for (int k = 0; k < 3; k++) {
          assertThat((double) projection.conics()[3 * i + k])
              .as("conic %d of Gaussian %d", k, i)
              .isCloseTo(
                  expected.conic()[k],
                  within(TOLERANCE_RELATIVE * (expected.conic()[0] + expected.conic()[2])));
          assertThat((double) projection.colors()[3 * i + k])
              .isCloseTo(expected.color()[k], within(TOLERANCE_COLOR));
        }
      }
      assertThat(compared).as("visible Gaussians").isGreaterThanOrEqualTo(n / 2);
    }
  }

  @ParameterizedTest(name = "{0} Gaussians, {1} x {2} px, SH degree {3}")
  @CsvSource({
    "0, 16, 16, 0",
    "1, 33, 17, 3",
    "31, 48, 40, 1",
    "32, 1, 1, 2",
    "33, 15, 50, 0",
    "257, 97, 61, 3",
    "2000, 64, 48, 2"
  })
  void rendersAsTheOracle(int n, int width, int height, int degree) {
    Gaussians gaussians = TestGaussians.random(n, 3, SEED + n);
    Camera camera = TestGaussians.camera(width, height, SEED);
    RenderSettings settings = new RenderSettings(degree, 0.2f, 0.5f, 0.7f);
    double[] expected = new OracleRenderer(gaussians).render(camera, settings);
    try (SplatModel model = load(gaussians)) {
      checkPicture(model.render(camera, settings).rgb(), expected);
    }
  }

  @ParameterizedTest(name = "dilation {0} px², antialiased {1}")
  @CsvSource({"0.3, true", "0.05, true", "4, false", "4, true"})
  void rendersWithOtherDilationsAsTheOracle(float dilation, boolean antialiased) {
    Gaussians gaussians = TestGaussians.random(257, 3, SEED);
    Camera camera = TestGaussians.camera(97, 61, SEED);
    RenderSettings settings = SETTINGS.withDilation(dilation).withAntialiased(antialiased);
    double[] expected = new OracleRenderer(gaussians).render(camera, settings);
    double[] plain = new OracleRenderer(gaussians).render(camera, SETTINGS);
    assertThat(expected).isNotEqualTo(plain);
    try (SplatModel model = load(gaussians)) {
      checkPicture(model.render(camera, settings).rgb(), expected);
    }
  }

  private static void checkPicture(float[] rgb, double[] expected) {
    assertThat(rgb).hasSize(expected.length);
    int off = 0;
    for (int i = 0; i < expected.length; i++) {
      // At a cut-off, float and double may decide differently: one Gaussian of 1/255 more or less.
      if (Math.abs(rgb[i] - expected[i]) > TOLERANCE_COLOR) {
        off++;
        assertThat((double) rgb[i]).isCloseTo(expected[i], within(0.02));
      }
    }
    assertThat(off).as("values decided differently").isLessThanOrEqualTo(expected.length / 200);
  }

  @ParameterizedTest(name = "near plane {0}")
  @ValueSource(floats = {1e-3f, 0.02f, 0.2f, 3, 70})
  void drawsWhatIsBehindTheNearPlaneFromNearToFar(float nearPlane) {
    Camera camera = // at the origin, so that small depths keep their digits
        Camera.lookingAt(
                TestGaussians.camera(45, 37, SEED).intrinsics(),
                new double[3],
                new double[] {2, 0.3, -1},
                new double[] {0, -1, 0})
            .withNearPlane(nearPlane);
    Gaussians gaussians = alongTheAxis(257, camera);
    double[] expected = new OracleRenderer(gaussians).render(camera, SETTINGS);
    try (SplatModel model = load(gaussians)) {
      float[] radii = model.project(camera, SETTINGS).radii();
      for (int i = 0; i < gaussians.size(); i++) {
        assertThat(radii[i] > 0).as("Gaussian %d", i).isEqualTo(i % 8 != 0);
      }
      checkPicture(model.render(camera, SETTINGS).rgb(), expected);
      Camera nearer = camera.withNearPlane(0.4f * nearPlane);
      assertThat(model.project(nearer, SETTINGS).radii()).doesNotContain(0);
      assertThat(model.render(nearer, SETTINGS).rgb())
          .isNotEqualTo(model.render(camera, SETTINGS).rgb());
    }
  }

  /**
   * Gaussians in a random order, from the near plane to 20,000 times as far, equally large in the
   * picture and overlapping. Every eighth is before the near plane.
   */
  private static Gaussians alongTheAxis(int n, Camera camera) {
    Gaussians g = TestGaussians.random(n, 0, SEED);
    double[] center = camera.center();
    double[] forward = camera.forward();
    Random random = new Random(SEED);
    for (int i = 0; i < n; i++) {
      double depths = i % 8 == 0 ? 0.5 + 0.4 * i / n : 1.1 * Math.pow(20_000, random.nextDouble());
      double depth = depths * camera.nearPlane();
      double[] aside = random.doubles(3, -0.15, 0.15).toArray();
      double along = aside[0] * forward[0] + aside[1] * forward[1] + aside[2] * forward[2];
      for (int k = 0; k < 3; k++) {
        double toward = forward[k] * (1 - along) + aside[k];
        g.means()[3 * i + k] = (float) (center[k] + depth * toward);
        g.logScales()[3 * i + k] = (float) Math.log((0.04 + 0.02 * k) * depth);
      }
      g.logitOpacities()[i] = -2;
    }
    return g;
  }

  @Test
  void everythingInOneTileAndNothingVisible() {
    Gaussians gaussians = TestGaussians.random(300, 0, SEED);
    for (int i = 0; i < gaussians.means().length; i++) {
      gaussians.means()[i] *= 0.01f;
    }
    Camera camera = TestGaussians.camera(64, 64, SEED);
    double[] expected = new OracleRenderer(gaussians).render(camera, SETTINGS);
    try (SplatModel model = load(gaussians)) {
      float[] rgb = model.render(camera, SETTINGS).rgb();
      double worst = 0;
      for (int i = 0; i < rgb.length; i++) {
        worst = Math.max(worst, Math.abs(rgb[i] - expected[i]));
      }
      assertThat(worst).isLessThan(0.02);
    }
    for (int i = 0; i < gaussians.size(); i++) {
      gaussians.means()[3 * i + 1] = 500;
    }
    try (SplatModel model = load(gaussians)) {
      float[] rgb = model.render(camera, SETTINGS).rgb();
      for (int i = 0; i < rgb.length; i += 3) {
        assertThat(rgb[i]).isEqualTo(SETTINGS.red());
      }
    }
  }

  @Test
  void brokenGaussiansAreSkippedAndPruned() {
    Gaussians whole = TestGaussians.random(20, 1, SEED);
    Gaussians broken = whole.copy();
    broken.means()[0] = Float.NaN;
    broken.quats()[4] = broken.quats()[5] = broken.quats()[6] = broken.quats()[7] = 0;
    broken.logScales()[6] = Float.POSITIVE_INFINITY;
    broken.logitOpacities()[3] = Float.NaN;
    broken.shCoefficients()[4 * 12] = Float.NaN;
    broken.means()[15] = Float.NEGATIVE_INFINITY;
    Camera camera = TestGaussians.camera(40, 40, SEED);
    try (SplatModel model = load(broken)) {
      for (float value : model.render(camera, SETTINGS).rgb()) {
        assertThat(value).isFinite();
      }
      model.useTargets(List.of(new Target(camera, TestGaussians.picture(40, 40, 3, SEED))));
      model.step(0, stepSettings(1));
      for (ParameterFamily family : ParameterFamily.values()) {
        float[] values = model.gaussians().array(family);
        int width = whole.width(family);
        for (int i = 6 * width; i < values.length; i++) {
          assertThat(values[i]).as("%s of a sound Gaussian", family).isFinite();
        }
      }
      model.densify(new DensifySettings(1e9f, 1, 1e-6f, Float.POSITIVE_INFINITY, 100, SEED, 100));
      // Row 1 only has no rotation: it is finite and never visible.
      assertThat(model.numGaussians()).isEqualTo(15);
    }
  }

  /** Even if the band is not in use yet. */
  @ParameterizedTest(name = "SH degree {0}")
  @ValueSource(ints = {0, 1, 2, 3})
  void aBrokenCoefficientOfAnyBandHidesItsGaussian(int degree) {
    Gaussians gaussians = TestGaussians.random(40, 3, SEED);
    Camera camera = TestGaussians.camera(60, 60, SEED);
    RenderSettings settings = new RenderSettings(degree, 0.2f, 0.5f, 0.7f);
    float[] whole;
    try (SplatModel model = load(gaussians)) {
      whole = model.project(camera, settings).radii();
    }
    int[] coefficients = {0, 3, 8, 11, 13, 26, 27, 47}; // bands 0, 1, 1, 1, 2, 2, 3, 3
    for (int i = 0; i < coefficients.length; i++) {
      gaussians.shCoefficients()[48 * i + coefficients[i]] =
          i % 2 == 0 ? Float.NaN : Float.NEGATIVE_INFINITY;
    }
    try (SplatModel model = load(gaussians)) {
      float[] radii = model.project(camera, settings).radii();
      for (int i = 0; i < 40; i++) {
        assertThat(radii[i]).as("Gaussian %d", i).isEqualTo(i < coefficients.length ? 0 : whole[i]);
      }
      model.useTargets(List.of(new Target(camera, TestGaussians.picture(60, 60, 3, SEED))));
      model.step(0, new StepSettings(1, settings, 0.2f, ADAM, true));
      model.densify(new DensifySettings(1e9f, 1, 1e-6f, Float.POSITIVE_INFINITY, 100, SEED, 100));
      assertThat(model.numGaussians()).isEqualTo(40 - coefficients.length);
    }
  }

  private static StepSettings stepSettings(int step) {
    return new StepSettings(step, SETTINGS, 0.2f, ADAM, true);
  }

  /** A hand-placed scene away from cut-offs: few, large, overlapping, semi-transparent. */
  static Gaussians smooth() {
    Gaussians g = TestGaussians.random(6, 3, 11);
    for (int i = 0; i < 6; i++) {
      for (int k = 0; k < 3; k++) {
        g.means()[3 * i + k] *= 0.25f;
        g.logScales()[3 * i + k] = (float) Math.log(0.5 + 0.1 * k + 0.05 * i);
      }
      g.logitOpacities()[i] = -0.8f + 0.2f * i;
      g.shCoefficients()[48 * i] = 0.4f;
      g.shCoefficients()[48 * i + 1] = 0.2f;
      g.shCoefficients()[48 * i + 2] = 0.6f;
    }
    return g;
  }

  @ParameterizedTest
  @EnumSource(value = ParameterFamily.class, mode = EnumSource.Mode.EXCLUDE, names = "MASK_LOGITS")
  void gradientsAreCentralDifferences(ParameterFamily family) {
    checkGradients(family, SETTINGS);
  }

  @ParameterizedTest
  @EnumSource(value = ParameterFamily.class, mode = EnumSource.Mode.EXCLUDE, names = "MASK_LOGITS")
  void antialiasedGradientsAreCentralDifferences(ParameterFamily family) {
    checkGradients(family, SETTINGS.withDilation(2).withAntialiased(true));
  }

  @ParameterizedTest
  @EnumSource(value = ParameterFamily.class, mode = EnumSource.Mode.EXCLUDE, names = "MASK_LOGITS")
  void maskedGradientsAreCentralDifferences(ParameterFamily family) {
    checkGradients(family, SETTINGS, masked(TestGaussians.picture(21, 19, 3, SEED)));
    checkGradients(family, SETTINGS, masked(TestGaussians.picture(21, 19, 4, SEED)));
  }

  /** A picture that ignores a rectangle at the border, one inside, and single pixels. */
  static Picture masked(Picture picture) {
    byte[] mask = filled(picture.width() * picture.height(), 255);
    for (int p = 0; p < mask.length; p++) {
      int x = p % picture.width();
      int y = p / picture.width();
      boolean within = 6 <= x && x < 13 && 4 <= y && y < 9;
      if (within || x + y < 7 || p % 11 == 3) {
        mask[p] = 0;
      }
    }
    return new Picture(
        picture.width(), picture.height(), picture.channels(), picture.pixels(), mask);
  }

  private void checkGradients(ParameterFamily family, RenderSettings settings) {
    checkGradients(family, settings, TestGaussians.picture(21, 19, 3, SEED));
  }

  /** At ignored pixels, the target is what was rendered there, taken as a constant. */
  private void checkGradients(ParameterFamily family, RenderSettings settings, Picture picture) {
    Gaussians gaussians = smooth();
    int width = picture.width();
    int height = picture.height();
    Camera camera = TestGaussians.camera(width, height, SEED);
    OracleRenderer oracle = new OracleRenderer(gaussians);
    double[] before = oracle.render(camera, settings);
    double[] target = composed(picture, settings);
    takeIgnored(picture, before, target);
    DoubleSupplier lossNow =
        () -> {
          double[] rendered = oracle.render(camera, settings);
          takeIgnored(picture, before, rendered);
          return OracleRenderer.loss(rendered, target, width, height, 0.2);
        };
    try (SplatModel model = load(gaussians)) {
      model.useTargets(List.of(new Target(camera, picture)));
      LossGradients result = model.gradients(0, settings, 0.2f);
      assertThat(result.loss()).isCloseTo(lossNow.getAsDouble(), within(1e-5));
      float[] gradients = result.gradients().array(family);
      double[] values = oracle.parameters(family);
      double largest = 0;
      double[] expected = new double[values.length];
      for (int i = 0; i < values.length; i++) {
        double step = 1e-5;
        double value = values[i];
        values[i] = value + step;
        double above = lossNow.getAsDouble();
        values[i] = value - step;
        double below = lossNow.getAsDouble();
        values[i] = value;
        expected[i] = (above - below) / (2 * step);
        largest = Math.max(largest, Math.abs(expected[i]));
      }
      assertThat(largest).as("largest gradient of %s", family).isGreaterThan(1e-5);
      for (int i = 0; i < expected.length; i++) {
        // L1 has a kink where a pixel meets its target; a step across one shows as up to 1 %.
        assertThat((double) gradients[i])
            .as("%s[%d]", family.glossaryName(), i)
            .isCloseTo(expected[i], within(0.01 * largest + 1e-7));
      }
    }
  }

  static double[] composed(Picture picture, RenderSettings settings) {
    double[] background = {settings.red(), settings.green(), settings.blue()};
    int channels = picture.channels();
    double[] composed = new double[3 * picture.width() * picture.height()];
    for (int i = 0; i < composed.length; i++) {
      int p = i / 3;
      double alpha = channels == 4 ? (picture.pixels()[4 * p + 3] & 0xff) / 255.0 : 1;
      composed[i] =
          alpha * (picture.pixels()[channels * p + i % 3] & 0xff) / 255.0
              + (1 - alpha) * background[i % 3];
    }
    return composed;
  }

  static void takeIgnored(Picture picture, double[] from, double[] to) {
    for (int i = 0; i < to.length; i++) {
      if (!picture.counts(i / 3)) {
        to[i] = from[i];
      }
    }
  }

  @ParameterizedTest(name = "{0} channels")
  @ValueSource(ints = {3, 4})
  void aMaskThatIgnoresNothingChangesNothing(int channels) {
    Camera camera = TestGaussians.camera(130, 37, SEED); // wider than a strip of the loss
    Picture picture = TestGaussians.picture(130, 37, channels, SEED);
    Picture all = new Picture(130, 37, channels, picture.pixels(), filled(130 * 37, 255));
    try (SplatModel model = load(TestGaussians.random(300, 2, SEED))) {
      model.useTargets(List.of(new Target(camera, picture), new Target(camera, all)));
      LossGradients plain = model.gradients(0, SETTINGS, 0.2f);
      LossGradients masked = model.gradients(1, SETTINGS, 0.2f);
      assertThat(masked.loss()).isCloseTo(plain.loss(), within(1e-9));
      assertThat(masked.means2d()).containsExactly(plain.means2d(), within(1e-7f));
      model.step(0, stepSettings(1));
      double psnr = model.drainStatistics().psnr();
      model.step(1, stepSettings(2));
      assertThat(model.drainStatistics().psnr()).isCloseTo(psnr, within(0.2));
    }
  }

  @ParameterizedTest(name = "{0} channels")
  @ValueSource(ints = {3, 4})
  void anIgnoredPictureTeachesNothing(int channels) {
    Gaussians gaussians = TestGaussians.random(200, 2, SEED);
    Camera camera = TestGaussians.camera(33, 27, SEED);
    byte[] pixels = TestGaussians.picture(33, 27, channels, SEED).pixels();
    Picture ignored = new Picture(33, 27, channels, pixels, new byte[33 * 27]);
    try (SplatModel model = load(gaussians)) {
      model.useTargets(List.of(new Target(camera, ignored)));
      assertThat(model.gradients(0, SETTINGS, 0.2f).loss()).isCloseTo(0, within(1e-6));
      assertThat(model.gradients(0, SETTINGS, 0.2f).means2d()).containsOnly(0f);
      model.step(0, stepSettings(1));
      StepStatistics statistics = model.drainStatistics();
      assertThat(statistics.loss()).isCloseTo(0, within(1e-6));
      assertThat(statistics.psnr()).isEqualTo(100);
      assertThat(model.gaussians()).isEqualTo(gaussians);
    }
  }

  @Test
  void psnrIsOverThePixelsThatCount() {
    Camera camera = TestGaussians.camera(30, 20, SEED);
    byte[] pixels = filled(30 * 20 * 3, 0);
    byte[] mask = filled(30 * 20, 255);
    for (int p = 0; p < 200; p++) {
      mask[3 * p] = 0;
      Arrays.fill(pixels, 9 * p, 9 * p + 3, (byte) 255);
    }
    RenderSettings grey = new RenderSettings(0, 0.1f, 0.1f, 0.1f);
    try (SplatModel model = load(TestGaussians.random(0, 0, SEED))) {
      model.useTargets(List.of(new Target(camera, new Picture(30, 20, 3, pixels, mask))));
      model.step(0, new StepSettings(1, grey, 0, ADAM, true));
      StepStatistics statistics = model.drainStatistics();
      assertThat(statistics.loss()).as("mean over all").isCloseTo(0.1 * 2 / 3, within(1e-6));
      assertThat(statistics.psnr()).isCloseTo(20, within(1e-4));
    }
  }

  /**
   * An ignored pixel that is rendered brighter than white adds no error to the pixels that count.
   */
  @Test
  void ignoredPixelsBeyondWhiteCostNothing() {
    Camera camera = TestGaussians.camera(30, 20, SEED);
    Picture ignored = new Picture(30, 20, 3, filled(30 * 20 * 3, 0), new byte[30 * 20]);
    Gaussians bright = smooth();
    Arrays.fill(bright.shCoefficients(), 3f);
    try (SplatModel model = load(bright)) {
      model.useTargets(List.of(new Target(camera, ignored)));
      model.step(0, stepSettings(1));
      assertThat(model.drainStatistics().psnr()).isEqualTo(100);
    }
  }

  @ParameterizedTest(name = "{0} channels to {1} x {2} px")
  @CsvSource({"3, 20, 16", "4, 20, 16", "3, 41, 33", "4, 41, 33", "3, 13, 33", "4, 1, 1"})
  void maskedPicturesAreReducedAsByTheAreaFilter(int channels, int width, int height) {
    Camera camera = TestGaussians.camera(width, height, SEED);
    byte[] pixels = TestGaussians.picture(41, 33, channels, SEED).pixels();
    byte[] mask = new byte[41 * 33];
    Random random = new Random(SEED);
    for (int p = 0; p < mask.length; p++) {
      mask[p] = (byte) (random.nextInt(5) < 3 ? 255 : 0);
    }
    Picture picture = new Picture(41, 33, channels, pixels, mask);
    Picture reduced = AreaFilter.reduce(picture, width, height);
    try (SplatModel model = load(smooth())) {
      model.useTargets(List.of(new Target(camera, picture), new Target(camera, reduced)));
      assertThat(model.gradients(0, SETTINGS, 0.2f).loss())
          .isCloseTo(model.gradients(1, SETTINGS, 0.2f).loss(), within(1e-9))
          .isGreaterThan(0.001);
    }
  }

  /**
   * The colours of ignored pixels never reach pixels that count, whatever is done to the picture.
   */
  @ParameterizedTest(name = "{0} channels")
  @ValueSource(ints = {3, 4})
  void ignoredPixelsDoNotBleed(int channels) {
    Picture clean = masked(TestGaussians.picture(40, 32, channels, SEED));
    byte[] rubbish = clean.pixels().clone();
    for (int i = 0; i < rubbish.length; i++) {
      if (!clean.counts(i / channels)) {
        rubbish[i] = (byte) (37 * i);
      }
    }
    Picture dirty = new Picture(40, 32, channels, rubbish, clean.mask());
    for (Blur blur : List.of(Blur.NONE, new Blur(4, 2))) {
      for (int width : new int[] {40, 17}) {
        Camera camera = TestGaussians.camera(width, 32, SEED);
        assertThat(blurredLoss(camera, dirty, blur))
            .as("%s, %d px wide", blur, width)
            .isCloseTo(blurredLoss(camera, clean, blur), within(1e-9))
            .isGreaterThan(0.001);
      }
    }
  }

  @Test
  void blurredPixelsAreMeansOfThoseThatCount() {
    int width = 33;
    int height = 21;
    Camera camera = TestGaussians.camera(width, height, SEED);
    Picture picture = masked(TestGaussians.picture(width, height, 3, SEED));
    double[] counted = levels(picture.pixels());
    double[] weights = new double[counted.length];
    for (int i = 0; i < counted.length; i++) {
      weights[i] = picture.counts(i / 3) ? 1 : 0;
      counted[i] *= weights[i];
    }
    double[] target = OracleRenderer.blur(counted, width, height, 4, 2);
    double[] share = OracleRenderer.blur(weights, width, height, 4, 2);
    double[] grey = new double[counted.length];
    Arrays.fill(grey, 0.25);
    for (int i = 0; i < target.length; i++) {
      target[i] /= share[i];
    }
    takeIgnored(picture, grey, target);
    assertThat(blurredLoss(camera, picture, new Blur(4, 2)))
        .isCloseTo(OracleRenderer.loss(grey, target, width, height, 0.2), within(2e-3));
  }

  /**
   * Landscape and portrait views of different lenses alternate: nothing remains from the previous
   * view.
   */
  /**
   * As when views that are kept from training are measured. The render is larger than the target.
   */
  @Test
  void aRenderBetweenStepsChangesNoStep() {
    Camera camera = TestGaussians.camera(64, 48, SEED);
    Camera other = TestGaussians.camera(130, 70, SEED + 1);
    Target target = new Target(camera, TestGaussians.picture(64, 48, 3, SEED));
    Gaussians gaussians = TestGaussians.random(300, 2, SEED);
    try (SplatModel plain = load(gaussians);
        SplatModel rendering = load(gaussians)) {
      plain.useTargets(List.of(target));
      rendering.useTargets(List.of(target));
      for (int step = 1; step <= 6; step++) {
        plain.step(0, stepSettings(step));
        rendering.step(0, stepSettings(step));
        if (step % 2 == 0) {
          assertThat(rendering.render(other, SETTINGS).width()).isEqualTo(130);
        }
      }
      StepStatistics wanted = plain.drainStatistics();
      StepStatistics statistics = rendering.drainStatistics();
      assertThat(statistics.steps()).isEqualTo(6);
      assertThat(statistics.loss()).isCloseTo(wanted.loss(), within(1e-4));
      for (int step = 0; step < 6; step++) {
        assertThat(statistics.psnrs().get(step))
            .isCloseTo(wanted.psnrs().get(step), within(0.01)); // float sums differ from run to run
      }
    }
  }

  @Test
  void targetsMayBeOfMixedSizes() {
    Gaussians gaussians = TestGaussians.random(200, 3, SEED);
    OracleRenderer oracle = new OracleRenderer(gaussians);
    int[][] sizes = {{97, 41}, {33, 70}, {120, 64}, {20, 20}};
    List<Target> targets = new ArrayList<>();
    for (int[] size : sizes) {
      targets.add(
          new Target(
              TestGaussians.camera(size[0], size[1], size[0]),
              TestGaussians.picture(size[0], size[1], 3, size[1])));
    }
    try (SplatModel model = load(gaussians)) {
      model.useTargets(targets);
      for (int i : new int[] {0, 1, 2, 3, 1, 0}) {
        double[] rendered = oracle.render(targets.get(i).camera(), SETTINGS);
        double[] wanted = composed(targets.get(i).picture().load(), SETTINGS);
        assertThat(model.gradients(i, SETTINGS, 0.2f).loss())
            .as("target %d", i)
            .isCloseTo(
                OracleRenderer.loss(rendered, wanted, sizes[i][0], sizes[i][1], 0.2), within(1e-4));
      }
      for (int step = 1; step <= 8; step++) {
        model.step(step % 4, stepSettings(step));
      }
      assertThat(model.drainStatistics().psnrs()).hasSize(8).allMatch(Double::isFinite);
    }
  }

  @Test
  void lossOfEqualPicturesIsZero() {
    Camera camera = TestGaussians.camera(30, 20, SEED);
    Picture flat = new Picture(30, 20, 3, filled(30 * 20 * 3, 51));
    try (SplatModel model = load(TestGaussians.random(0, 0, SEED))) {
      model.useTargets(List.of(new Target(camera, flat)));
      LossGradients result = model.gradients(0, new RenderSettings(0, 0.2f, 0.2f, 0.2f), 0.2f);
      assertThat(result.loss()).isCloseTo(0, within(1e-6));
    }
  }

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  @Test
  void transparentTargetsShowTheBackground() {
    Camera camera = TestGaussians.camera(20, 20, SEED);
    byte[] pixels = filled(20 * 20 * 4, 128);
    for (int i = 3; i < pixels.length; i += 4) {
      pixels[i] = 0;
    }
    try (SplatModel model = load(TestGaussians.random(0, 0, SEED))) {
      model.useTargets(List.of(new Target(camera, new Picture(20, 20, 4, pixels))));
      assertThat(model.gradients(0, SETTINGS, 0.2f).loss()).isCloseTo(0, within(1e-6));
    }
  }

  @Test
  void adamFollowsItsAlgorithm() {
    Gaussians gaussians = smooth();
    Camera camera = TestGaussians.camera(32, 32, SEED);
    Picture picture = TestGaussians.picture(32, 32, 3, SEED);
    Map<ParameterFamily, double[][]> adam = new EnumMap<>(ParameterFamily.class);
    for (ParameterFamily family : ParameterFamily.values()) {
      float[] array = gaussians.array(family);
      adam.put(family, new double[3][array.length]);
      for (int i = 0; i < array.length; i++) {
        adam.get(family)[0][i] = array[i];
      }
    }
    try (SplatModel model = load(gaussians)) {
      model.useTargets(List.of(new Target(camera, picture)));
      for (int step = 1; step <= 3; step++) {
        Gaussians gradients = model.gradients(0, SETTINGS, 0.2f).gradients();
        model.step(0, stepSettings(step));
        Gaussians updated = model.gaussians();
        for (ParameterFamily family : ParameterFamily.values()) {
          double[] values = adam.get(family)[0];
          double[] first = adam.get(family)[1];
          double[] second = adam.get(family)[2];
          for (int i = 0; i < values.length; i++) {
            double g = gradients.array(family)[i];
            first[i] = 0.9 * first[i] + 0.1 * g;
            second[i] = 0.999 * second[i] + 0.001 * g * g;
            double m = first[i] / (1 - Math.pow(0.9, step));
            double v = second[i] / (1 - Math.pow(0.999, step));
            values[i] -= rate(family, i) * m / (Math.sqrt(v) + 1e-15);
            if (Math.abs(g) > 1e-9) { // below this, rounding alone decides the sign of a full step
              assertThat((double) updated.array(family)[i])
                  .as("%s[%d] after step %d", family, i, step)
                  .isCloseTo(values[i], within(0.02 * rate(family, i) + 1e-6));
            }
            values[i] = updated.array(family)[i];
          }
        }
      }
    }
  }

  /** Two views are added up; Adam then steps with the sum as if it were one gradient. */
  @Test
  void adamStepsWithTheSumOfTwoViews() {
    Gaussians gaussians = smooth();
    try (SplatModel model = load(gaussians)) {
      model.useTargets(twoTargets());
      Gaussians first = model.gradients(0, SETTINGS, 0.2f).gradients();
      Gaussians second = model.gradients(1, SETTINGS, 0.2f).gradients();
      model.step(0, stepSettings(1).withAccumulation(all(Accumulation.Use.ADD)));
      for (ParameterFamily family : ParameterFamily.values()) {
        assertThat(model.gaussians().array(family)).isEqualTo(gaussians.array(family));
      }
      model.step(1, stepSettings(2).withAccumulation(all(Accumulation.Use.ADD_AND_STEP)));
      Gaussians updated = model.gaussians();
      for (ParameterFamily family : ParameterFamily.values()) {
        float[] before = gaussians.array(family);
        for (int i = 0; i < before.length; i++) {
          double sum = (double) first.array(family)[i] + second.array(family)[i];
          // The first update of Adam is a whole rate towards lower loss.
          if (Math.abs(sum) > 1e-8) {
            assertThat((double) updated.array(family)[i])
                .as("%s[%d]", family, i)
                .isCloseTo(
                    before[i] - Math.signum(sum) * rate(family, i),
                    within(0.02 * rate(family, i) + 1e-6));
          }
        }
      }
      assertThat(model.state().gradientCounts()).contains(2);
    }
  }

  /** The sums are zero after a step, and moments are those of Adam with sums. */
  @Test
  void sumsStartAgainAfterAStep() {
    Gaussians gaussians = smooth();
    double[] moment = new double[3 * gaussians.size()];
    double[] square = new double[3 * gaussians.size()];
    try (SplatModel model = load(gaussians)) {
      model.useTargets(twoTargets());
      for (int round = 0; round < 3; round++) {
        float[] first = model.gradients(0, SETTINGS, 0.2f).gradients().means();
        float[] second = model.gradients(1, SETTINGS, 0.2f).gradients().means();
        int step = 2 * round + 1;
        model.step(0, stepSettings(step).withAccumulation(all(Accumulation.Use.ADD)));
        Accumulation.Group last =
            new Accumulation.Group(Accumulation.Use.ADD_AND_STEP, step - 1, round + 1);
        model.step(1, stepSettings(step + 1).withAccumulation(new Accumulation(last, last)));
        GaussianState state = model.state();
        for (int i = 0; i < moment.length; i++) {
          double sum = (double) first[i] + second[i];
          moment[i] = 0.9 * moment[i] + 0.1 * sum;
          square[i] = 0.999 * square[i] + 0.001 * sum * sum;
          assertThat((double) state.firstMoments().means()[i])
              .isCloseTo(moment[i], within(2e-3 * Math.abs(moment[i]) + 1e-9));
          assertThat((double) state.secondMoments().means()[i])
              .isCloseTo(square[i], within(4e-3 * square[i] + 1e-14));
        }
      }
    }
  }

  @Test
  void onlyBandsAreAddedUp() {
    Gaussians gaussians = smooth();
    Accumulation.Group each = new Accumulation.Group(Accumulation.Use.STEP, 0, 1);
    try (SplatModel model = load(gaussians)) {
      model.useTargets(twoTargets());
      float[] first = model.gradients(0, SETTINGS, 0.2f).gradients().shCoefficients();
      model.step(
          0,
          stepSettings(1)
              .withAccumulation(
                  new Accumulation(new Accumulation.Group(Accumulation.Use.ADD, 0, 1), each)));
      float[] between = model.gaussians().shCoefficients();
      float[] second = model.gradients(1, SETTINGS, 0.2f).gradients().shCoefficients();
      model.step(
          1,
          stepSettings(2)
              .withAccumulation(
                  new Accumulation(
                      new Accumulation.Group(Accumulation.Use.ADD_AND_STEP, 0, 1), each)));
      float[] updated = model.gaussians().shCoefficients();
      int moved = 0;
      for (int i = 0; i < updated.length; i++) {
        float before = gaussians.shCoefficients()[i];
        if (i % 48 < 3) {
          moved += between[i] != before ? 1 : 0;
          continue;
        }
        assertThat(between[i]).isEqualTo(before);
        double sum = (double) first[i] + second[i];
        if (Math.abs(sum) > 1e-8) {
          double rate = ADAM.shRestRate();
          assertThat((double) updated[i])
              .as("coefficient %d", i)
              .isCloseTo(before - Math.signum(sum) * rate, within(0.02 * rate + 1e-6));
        }
      }
      assertThat(moved).as("numbers of band 0 that stepped at once").isPositive();
    }
  }

  /** A Gaussian that no view has shown since the last step keeps its parameters and moments. */
  @Test
  void sumsLeaveUnseenGaussiansAsTheyAre() {
    Gaussians gaussians = TestGaussians.random(40, 3, SEED);
    for (int i = 0; i < 20; i++) {
      gaussians.means()[3 * i + 1] = 300;
    }
    try (SplatModel model = load(gaussians)) {
      model.useTargets(twoTargets());
      model.step(0, stepSettings(1));
      Gaussians before = model.gaussians();
      Accumulation.Group group = new Accumulation.Group(Accumulation.Use.ADD_AND_STEP, 1, 2);
      model.step(1, stepSettings(2).withAccumulation(new Accumulation(group, group)));
      Gaussians after = model.gaussians();
      for (int i = 0; i < 20 * 3; i++) {
        assertThat(after.means()[i]).isEqualTo(gaussians.means()[i]);
      }
      assertThat(after.logitOpacities()[25]).isNotEqualTo(before.logitOpacities()[25]);
    }
  }

  /** No visible Gaussian, and none at all. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 33, 257})
  void sumsOfAnyNumberOfGaussians(int n) {
    Gaussians gaussians = TestGaussians.random(n, 2, SEED);
    Arrays.fill(gaussians.means(), 300);
    try (SplatModel model = load(gaussians)) {
      model.useTargets(twoTargets());
      model.step(0, stepSettings(1).withAccumulation(all(Accumulation.Use.ADD)));
      model.step(1, stepSettings(2).withAccumulation(all(Accumulation.Use.ADD_AND_STEP)));
      assertThat(model.gaussians().means()).isEqualTo(gaussians.means());
      assertThat(model.drainStatistics().steps()).isEqualTo(2);
    }
  }

  private static Accumulation all(Accumulation.Use use) {
    Accumulation.Group group = new Accumulation.Group(use, 0, 1);
    return new Accumulation(group, group);
  }

  private static List<Target> twoTargets() {
    return List.of(
        new Target(TestGaussians.camera(32, 32, SEED), TestGaussians.picture(32, 32, 3, SEED)),
        new Target(TestGaussians.camera(40, 24, SEED), TestGaussians.picture(40, 24, 3, SEED + 1)));
  }

  private static double rate(ParameterFamily family, int i) {
    return switch (family) {
      case MEANS -> ADAM.meansRate();
      case QUATS -> ADAM.quatRate();
      case LOG_SCALES -> ADAM.scaleRate();
      case LOGIT_OPACITIES -> ADAM.opacityRate();
      case SH_COEFFICIENTS -> i % 48 < 3 ? ADAM.sh0Rate() : ADAM.shRestRate();
      case MASK_LOGITS -> 0;
    };
  }

  @Test
  void gaussiansOutOfViewStayAsTheyAre() {
    Gaussians gaussians = TestGaussians.random(40, 3, SEED);
    for (int i = 0; i < 20; i++) {
      gaussians.means()[3 * i + 1] = 300;
    }
    Camera camera = TestGaussians.camera(32, 32, SEED);
    try (SplatModel model = load(gaussians)) {
      model.useTargets(List.of(new Target(camera, TestGaussians.picture(32, 32, 3, SEED))));
      model.step(0, stepSettings(1));
      model.step(0, stepSettings(2));
      GaussianState state = model.state();
      for (int i = 0; i < 20 * 3; i++) {
        assertThat(state.parameters().means()[i]).isEqualTo(gaussians.means()[i]);
        assertThat(state.secondMoments().means()[i]).isZero();
      }
      assertThat(state.parameters().logitOpacities()[25])
          .isNotEqualTo(gaussians.logitOpacities()[25]);
      assertThat(state.gradientCounts()[5]).isZero();
      assertThat(state.gradientCounts()[25]).isEqualTo(2);
    }
  }

  @Test
  void gradientStatisticsAreInNdcUnits() {
    Gaussians gaussians = smooth();
    Camera camera = TestGaussians.camera(50, 30, SEED);
    try (SplatModel model = load(gaussians)) {
      model.useTargets(List.of(new Target(camera, TestGaussians.picture(50, 30, 3, SEED))));
      float[] means2d = model.gradients(0, SETTINGS, 0.2f).means2d();
      model.step(0, stepSettings(1));
      float[] sums = model.state().gradientSums();
      for (int i = 0; i < gaussians.size(); i++) {
        double expected = Math.hypot(means2d[2 * i] * 25, means2d[2 * i + 1] * 15);
        assertThat((double) sums[i]).isCloseTo(expected, within(1e-4 * expected + 1e-9));
      }
    }
  }

  @Test
  void densifyClonesSplitsAndPrunes() {
    // Row 0 is small with a large gradient: cloned. 1 is large with a large gradient: split. 2 has
    // a small gradient: kept. 3 is transparent and 4 oversized: pruned. 5 has a large gradient but
    // was never seen: kept.
    Gaussians g = TestGaussians.random(6, 0, SEED);
    float[] scales = {0.01f, 0.5f, 0.5f, 0.5f, 9, 0.01f};
    for (int i = 0; i < 6; i++) {
      for (int k = 0; k < 3; k++) {
        g.logScales()[3 * i + k] = (float) Math.log(scales[i]);
      }
      g.logitOpacities()[i] = i == 3 ? -8 : 1;
    }
    GaussianState state =
        new GaussianState(
            g,
            TestGaussians.random(6, 0, 1),
            TestGaussians.random(6, 0, 2),
            new float[] {4, 6, 1, 1, 1, 0},
            new float[] {2, 2, 2, 2, 2, 0});
    try (SplatModel model = backend.load(state)) {
      DensifyResult result =
          model.densify(new DensifySettings(2, 0.1f, 0.005f, 5, 1000, SEED, 600));
      assertThat(result).isEqualTo(new DensifyResult(1, 1, 2));
      GaussianState after = model.state();
      Gaussians p = after.parameters();
      assertThat(p.size()).isEqualTo(6);
      int[] sources = {0, 2, 5, 0, 1, 1}; // survivors, clone, first half, second half
      for (int i = 0; i < 6; i++) {
        assertThat(p.logitOpacities()[i]).isEqualTo(g.logitOpacities()[sources[i]]);
        assertThat(p.quats()[4 * i]).isEqualTo(g.quats()[4 * sources[i]]);
        boolean isNew = i >= 3;
        assertThat(after.firstMoments().means()[3 * i])
            .isEqualTo(isNew ? 0 : state.firstMoments().means()[3 * sources[i]]);
        assertThat(after.gradientSums()[i]).isZero();
        assertThat(after.gradientCounts()[i]).isZero();
      }
      for (int k = 0; k < 3; k++) {
        assertThat(p.means()[9 + k]).isEqualTo(g.means()[k]);
        assertThat(p.logScales()[9 + k]).isEqualTo(g.logScales()[k]);
        assertThat(Math.exp(p.logScales()[12 + k])).isCloseTo(0.5 / 1.6, within(1e-5));
        assertThat(Math.exp(p.logScales()[15 + k])).isCloseTo(0.5 / 1.6, within(1e-5));
        assertThat(p.means()[12 + k]).isNotEqualTo(p.means()[15 + k]);
      }
      double distance = 0;
      for (int k = 0; k < 3; k++) {
        distance += Math.pow(p.means()[12 + k] - g.means()[3 + k], 2);
      }
      // Places are drawn from the original, whose standard deviation is 0.5 along each axis.
      double draw = 0;
      for (int k = 0; k < 3; k++) {
        draw += Math.pow(0.5 * CounterRandom.normal(SEED, 600, 1, k), 2);
      }
      assertThat(Math.sqrt(distance)).isCloseTo(Math.sqrt(draw), within(1e-4));
    }
  }

  @Test
  void densifyPrunesByTheLargestOfItsScales() {
    Gaussians g = TestGaussians.random(1000, 1, SEED);
    Arrays.fill(g.logitOpacities(), 2);
    double limit = 0.17;
    int[] small =
        IntStream.range(0, 1000)
            .filter(
                i ->
                    IntStream.range(0, 3).allMatch(k -> g.logScales()[3 * i + k] < Math.log(limit)))
            .toArray();
    try (SplatModel model = load(g)) {
      DensifyResult result =
          model.densify(new DensifySettings(1, 1, 0.005f, (float) limit, 5000, SEED, 600));
      assertThat(result).isEqualTo(new DensifyResult(0, 0, 1000 - small.length));
      assertThat(small.length).isBetween(100, 900);
      assertThat(model.gaussians()).isEqualTo(g.rows(small));
    }
  }

  @ParameterizedTest(name = "room for {0}")
  @ValueSource(ints = {100, 103, 110, 250})
  void densifyStopsAtTheCap(int cap) {
    Gaussians g = TestGaussians.random(100, 0, SEED);
    float[] sums = new float[100];
    float[] counts = new float[100];
    for (int i = 0; i < 100; i++) {
      g.logitOpacities()[i] = 1;
      sums[i] = i % 10; // ten have the largest gradient, spread out
      counts[i] = 1;
    }
    GaussianState state =
        new GaussianState(g, Gaussians.zeros(100, 0), Gaussians.zeros(100, 0), sums, counts);
    try (SplatModel model = backend.load(state)) {
      DensifyResult result =
          model.densify(
              new DensifySettings(1, 1e9f, 0.005f, Float.POSITIVE_INFINITY, cap, SEED, 600));
      int grown = Math.min(90, cap - 100);
      assertThat(result.cloned()).isEqualTo(grown);
      assertThat(model.numGaussians()).isEqualTo(100 + grown);
      Gaussians after = model.gaussians();
      for (int i = 0; i < Math.min(10, grown); i++) {
        int source = grown < 10 ? 10 * i + 9 : -1; // ties go to the lower index
        if (source >= 0) {
          assertThat(after.means()[3 * (100 + i)]).isEqualTo(g.means()[3 * source]);
        }
      }
    }
  }

  /** Many gradients are equal, so that the lower index decides; some are below the limit. */
  @ParameterizedTest(name = "room for {0}")
  @ValueSource(ints = {1, 32, 777, 4000})
  void densifyTakesTheLargestGradientsFirst(int room) {
    int n = 10_000;
    Gaussians g = TestGaussians.random(n, 0, SEED);
    Random random = new Random(SEED);
    float[] sums = new float[n];
    float[] counts = new float[n];
    for (int i = 0; i < n; i++) {
      g.logitOpacities()[i] = 1;
      counts[i] = random.nextInt(4); // 0: not seen
      sums[i] = counts[i] * (random.nextBoolean() ? random.nextInt(20) : 20 * random.nextFloat());
    }
    int[] expected =
        IntStream.range(0, n)
            .filter(i -> counts[i] > 0 && sums[i] / counts[i] >= 5)
            .boxed()
            .sorted(
                Comparator.<Integer>comparingDouble(i -> -(sums[i] / counts[i]))
                    .thenComparing(i -> i))
            .limit(room)
            .mapToInt(i -> i)
            .sorted()
            .toArray();
    assertThat(expected).hasSize(room);
    GaussianState state =
        new GaussianState(g, Gaussians.zeros(n, 0), Gaussians.zeros(n, 0), sums, counts);
    try (SplatModel model = backend.load(state)) {
      model.densify(
          new DensifySettings(5, 1e9f, 0.005f, Float.POSITIVE_INFINITY, n + room, SEED, 600));
      assertThat(model.numGaussians()).isEqualTo(n + room);
      int[] rows = new int[room];
      Arrays.setAll(rows, i -> n + i);
      assertThat(model.gaussians().rows(rows)).isEqualTo(g.rows(expected));
    }
  }

  /** Row i is 4 * i from the middle and as large as the limit there, or a little larger. */
  @ParameterizedTest(name = "{0} Gaussians")
  @ValueSource(ints = {0, 1, 33, 257})
  void farGaussiansMayBeLarger(int n) {
    Gaussians g = TestGaussians.random(n, 0, SEED);
    FarLimits far = new FarLimits(3, -2, 1, 10);
    for (int i = 0; i < n; i++) {
      g.means()[3 * i] = far.x() + 0.8f * 4 * i;
      g.means()[3 * i + 1] = far.y() - 0.6f * 4 * i;
      g.means()[3 * i + 2] = far.z();
      double limit = 0.5 * Math.max(1, 0.4 * i);
      g.logScales()[3 * i + 1] = (float) Math.log(limit * (i % 3 == 0 ? 1.001 : 0.999));
      g.logitOpacities()[i] = 1;
    }
    int[] staying = IntStream.range(0, n).filter(i -> i % 3 != 0).toArray();
    int[] small = IntStream.range(0, Math.min(n, 3)).filter(i -> i % 3 != 0).toArray();
    DensifySettings everywhere = new DensifySettings(1e9f, 1, 0.005f, 0.5f, 1000, SEED, 600);
    try (SplatModel model = load(g)) {
      model.densify(everywhere.withFar(far));
      assertThat(model.gaussians()).isEqualTo(g.rows(staying));
      model.densify(everywhere);
      assertThat(model.gaussians()).isEqualTo(g.rows(small));
    }
  }

  /** Halves of a split Gaussian stay or go together, by the place of their original. */
  @Test
  void halvesFarAwayMayBeLarger() {
    Gaussians g = TestGaussians.random(2, 0, SEED);
    FarLimits far = new FarLimits(0, 0, 0, 1);
    for (int i = 0; i < 2; i++) {
      for (int k = 0; k < 3; k++) {
        g.means()[3 * i + k] = k == 2 ? 20 : 0;
        g.logScales()[3 * i + k] = (float) Math.log(1.6 * 20 * (i == 0 ? 0.99 : 1.01));
      }
      g.logitOpacities()[i] = 1;
    }
    GaussianState state =
        new GaussianState(
            g,
            Gaussians.zeros(2, 0),
            Gaussians.zeros(2, 0),
            new float[] {9, 9},
            new float[] {1, 1});
    try (SplatModel model = backend.load(state)) {
      DensifySettings settings = new DensifySettings(2, 0.1f, 0.005f, 1, 1000, SEED, 600);
      assertThat(model.densify(settings.withFar(far))).isEqualTo(new DensifyResult(0, 2, 2));
      assertThat(model.numGaussians()).isEqualTo(2);
      assertThat((double) model.gaussians().logScales()[0])
          .isCloseTo(Math.log(20 * 0.99), within(1e-4));
    }
  }

  /** Means are on a lattice of 1/64 in a box of 16, so cells are exact and often shared. */
  @ParameterizedTest(name = "{0} Gaussians")
  @ValueSource(ints = {0, 1, 2, 31, 33, 257, 10_000})
  void reorderFollowsTheMortonCurve(int n) {
    Gaussians g = TestGaussians.random(n, 1, SEED);
    Random random = new Random(SEED);
    for (int i = 0; i < 3 * n; i++) {
      int corner = i < 3 ? -512 : i < 6 ? 512 : random.nextInt(-512, 513) & (n > 300 ? -16 : -1);
      g.means()[i] = corner / 64f;
    }
    float[] sums = new float[n];
    float[] counts = new float[n];
    for (int i = 0; i < n; i++) {
      sums[i] = i;
      counts[i] = 2 * i;
    }
    if (n > 30) {
      g.means()[3 * 20 + 1] = Float.NaN;
    }
    GaussianState state =
        new GaussianState(
            g, TestGaussians.random(n, 1, 1), TestGaussians.random(n, 1, 2), sums, counts);
    Integer[] expected = new Integer[n];
    Arrays.setAll(expected, i -> i);
    Arrays.sort(
        expected, Comparator.<Integer>comparingLong(i -> mortonCode(g, i)).thenComparing(i -> i));
    GaussianState wanted = state.rows(Arrays.stream(expected).mapToInt(i -> i).toArray());
    try (SplatModel model = backend.load(state)) {
      model.reorder();
      GaussianState after = model.state();
      assertThat(after.gradientSums()).isEqualTo(wanted.gradientSums());
      assertThat(after.gradientCounts()).isEqualTo(wanted.gradientCounts());
      assertThat(after.parameters()).isEqualTo(wanted.parameters());
      assertThat(after.firstMoments()).isEqualTo(wanted.firstMoments());
      assertThat(after.secondMoments()).isEqualTo(wanted.secondMoments());
    }
  }

  private static long mortonCode(Gaussians g, int i) {
    long code = 0;
    for (int k = 0; k < 3; k++) {
      float mean = g.means()[3 * i + k];
      if (!Float.isFinite(mean)) {
        return Long.MAX_VALUE;
      }
      int cell = Math.min(1023, Math.round(64 * mean) + 512);
      for (int bit = 0; bit < 10; bit++) {
        code |= (cell >> bit & 1L) << (3 * bit + k);
      }
    }
    return code;
  }

  @Test
  void reorderChangesNoPicture() {
    Gaussians gaussians = TestGaussians.random(3000, 3, SEED);
    Camera camera = TestGaussians.camera(120, 90, SEED);
    try (SplatModel model = load(gaussians)) {
      float[] before = model.render(camera, SETTINGS).rgb();
      model.reorder();
      model.reorder();
      assertThat(model.gaussians()).isNotEqualTo(gaussians);
      assertThat(model.render(camera, SETTINGS).rgb()).containsExactly(before, within(1e-5f));
    }
  }

  @Test
  void opacityResetLowersAndForgets() {
    Gaussians g = TestGaussians.random(50, 0, SEED);
    GaussianState state =
        new GaussianState(
            g,
            TestGaussians.random(50, 0, 1),
            TestGaussians.random(50, 0, 2),
            new float[50],
            new float[50]);
    try (SplatModel model = backend.load(state)) {
      model.resetOpacities(0.01f);
      GaussianState after = model.state();
      double limit = Math.log(0.01 / 0.99);
      for (int i = 0; i < 50; i++) {
        assertThat((double) after.parameters().logitOpacities()[i])
            .isCloseTo(Math.min(g.logitOpacities()[i], limit), within(1e-5));
        assertThat(after.firstMoments().logitOpacities()[i]).isZero();
        assertThat(after.secondMoments().logitOpacities()[i]).isZero();
      }
      assertThat(after.firstMoments().means()).isEqualTo(state.firstMoments().means());
    }
  }

  @Test
  void statisticsAreMeansSinceTheLastCall() {
    Camera camera = TestGaussians.camera(30, 20, SEED);
    Picture flat = new Picture(30, 20, 3, filled(30 * 20 * 3, 0));
    try (SplatModel model = load(TestGaussians.random(0, 0, SEED))) {
      assertThat(model.drainStatistics().steps()).isZero();
      model.useTargets(List.of(new Target(camera, flat)));
      RenderSettings grey = new RenderSettings(0, 0.1f, 0.1f, 0.1f);
      model.step(0, new StepSettings(1, grey, 0, ADAM, true));
      model.step(0, new StepSettings(2, grey, 0, ADAM, true));
      StepStatistics statistics = model.drainStatistics();
      assertThat(statistics.steps()).isEqualTo(2);
      assertThat(statistics.loss()).isCloseTo(0.1, within(1e-6));
      assertThat(statistics.psnr()).isCloseTo(20, within(1e-4));
      assertThat(statistics.psnrs()).hasSize(2);
      assertThat(model.drainStatistics().steps()).isZero();
    }
  }

  @ParameterizedTest(name = "{0} x {1} px, window of {2} px, sigma {3} px")
  @CsvSource({"40, 30, 9, 2.4", "33, 17, 9, 0.7", "32, 32, 15, 5", "40, 1, 9, 2.4", "7, 50, 3, 1"})
  void stepsOnBlurredTargets(int width, int height, int window, float sigma) {
    Camera camera = TestGaussians.camera(width, height, SEED);
    Picture picture = TestGaussians.picture(width, height, 3, SEED);
    double[] blurred =
        OracleRenderer.blur(levels(picture.pixels()), width, height, window / 2, sigma);
    double[] grey = new double[blurred.length];
    Arrays.fill(grey, 0.25);
    double expected = OracleRenderer.loss(grey, blurred, width, height, 0.2);
    double sharp = OracleRenderer.loss(grey, levels(picture.pixels()), width, height, 0.2);
    assertThat(Math.abs(sharp - expected)).as("effect of the blur").isGreaterThan(0.003);
    assertThat(blurredLoss(camera, picture, new Blur(window / 2, sigma)))
        .isCloseTo(expected, within(1e-3)); // rounded to bytes
    assertThat(blurredLoss(camera, picture, Blur.NONE)).isCloseTo(sharp, within(1e-5));
  }

  private static double[] levels(byte[] pixels) {
    double[] levels = new double[pixels.length];
    for (int i = 0; i < levels.length; i++) {
      levels[i] = (pixels[i] & 0xff) / 255.0;
    }
    return levels;
  }

  /** The loss of an empty grey picture. */
  private double blurredLoss(Camera camera, Picture picture, Blur blur) {
    RenderSettings grey = new RenderSettings(0, 0.25f, 0.25f, 0.25f);
    try (SplatModel model = load(TestGaussians.random(0, 0, SEED))) {
      model.useTargets(List.of(new Target(camera, picture)));
      model.step(0, new StepSettings(1, grey, blur, 0.2f, ADAM, true));
      return model.drainStatistics().loss();
    }
  }

  /** The colour of a transparent pixel, whatever it is, does not spread to other pixels. */
  @Test
  void transparentPixelsBlurByTheirAlpha() {
    int width = 37;
    int height = 21;
    Camera camera = TestGaussians.camera(width, height, SEED);
    byte[] pixels = TestGaussians.picture(width, height, 4, SEED).pixels();
    double[] composed = new double[3 * width * height];
    for (int p = 0; p < width * height; p++) {
      pixels[4 * p + 3] = (byte) (p % 3 == 0 ? 0 : p % 3 == 1 ? 255 : 100);
      double alpha = (pixels[4 * p + 3] & 0xff) / 255.0;
      for (int c = 0; c < 3; c++) {
        composed[3 * p + c] = alpha * (pixels[4 * p + c] & 0xff) / 255.0 + (1 - alpha) * 0.25;
      }
    }
    double[] blurred = OracleRenderer.blur(composed, width, height, 4, 2);
    double[] grey = new double[blurred.length];
    Arrays.fill(grey, 0.25);
    assertThat(blurredLoss(camera, new Picture(width, height, 4, pixels), new Blur(4, 2)))
        .isCloseTo(OracleRenderer.loss(grey, blurred, width, height, 0.2), within(2e-3));
  }

  @ParameterizedTest(name = "{0} Gaussians")
  @ValueSource(ints = {0, 1, 33, 600})
  void significanceIsAsTheOracles(int n) {
    Gaussians gaussians = TestGaussians.random(n, 1, SEED);
    List<Target> targets = new ArrayList<>();
    double[] expected = new double[n];
    for (int i = 0; i < 3; i++) {
      Camera camera = TestGaussians.camera(50 + 7 * i, 41 - i, SEED + i);
      Picture picture = TestGaussians.picture(50 + 7 * i, 41 - i, 3, SEED);
      targets.add(new Target(camera, picture));
      new OracleRenderer(gaussians).render(camera, SETTINGS, expected);
    }
    try (SplatModel model = load(gaussians)) {
      model.useTargets(targets);
      double[] significance = model.significance(SETTINGS, 0);
      assertThat(significance).hasSize(n);
      double largest = Arrays.stream(expected).max().orElse(0);
      for (int i = 0; i < n; i++) {
        // A pixel at a cut-off may be decided differently: at most one opacity more or less.
        assertThat(significance[i])
            .as("Gaussian %d", i)
            .isCloseTo(expected[i], within(1 + 1e-4 * largest));
      }
      assertThat(Arrays.stream(significance).sum())
          .isCloseTo(Arrays.stream(expected).sum(), within(1e-3 * largest * n + 1e-9));
      double[] weighed = model.significance(SETTINGS, 0.1);
      float[] logs = gaussians.logScales();
      for (int i = 0; i < n; i++) {
        double volume = Math.exp((double) logs[3 * i] + logs[3 * i + 1] + logs[3 * i + 2]);
        assertThat(weighed[i])
            .isCloseTo(significance[i] * Math.pow(volume, 0.1), within(1e-9 * largest));
      }
    }
  }

  @Test
  void keepsTheRowsThatAreNamed() {
    GaussianState state =
        new GaussianState(
            TestGaussians.random(100, 2, 1),
            TestGaussians.random(100, 2, 2),
            TestGaussians.random(100, 2, 3),
            TestGaussians.random(100, 0, 4).logitOpacities(),
            TestGaussians.random(100, 0, 5).logitOpacities());
    int[] rows = IntStream.range(0, 100).filter(i -> i % 3 == 1).toArray();
    try (SplatModel model = backend.load(state)) {
      model.keep(rows);
      GaussianState kept = model.state();
      assertThat(model.numGaussians()).isEqualTo(rows.length);
      assertThat(kept.parameters()).isEqualTo(state.parameters().rows(rows));
      assertThat(kept.firstMoments()).isEqualTo(state.firstMoments().rows(rows));
      assertThat(kept.secondMoments()).isEqualTo(state.secondMoments().rows(rows));
      for (int i = 0; i < rows.length; i++) {
        assertThat(kept.gradientSums()[i]).isEqualTo(state.gradientSums()[rows[i]]);
        assertThat(kept.gradientCounts()[i]).isEqualTo(state.gradientCounts()[rows[i]]);
      }
      model.keep(new int[] {0});
      assertThat(model.gaussians()).isEqualTo(state.parameters().rows(new int[] {1}));
    }
  }

  @Test
  void targetsAreReducedToTheirCamera() {
    Camera camera = TestGaussians.camera(20, 10, SEED);
    Picture picture = new Picture(40, 20, 3, filled(40 * 20 * 3, 51));
    try (SplatModel model = load(TestGaussians.random(0, 0, SEED))) {
      model.useTargets(List.of(new Target(camera, picture)));
      assertThat(model.gradients(0, new RenderSettings(0, 0.2f, 0.2f, 0.2f), 0.2f).loss())
          .isCloseTo(0, within(1e-6));
    }
  }

  @Test
  void gaussiansBehindTheCameraAreCulled() {
    Gaussians g = TestGaussians.random(2, 0, SEED);
    Camera camera =
        new Camera(
            new Intrinsics(32, 32, 30, 30, 16, 16),
            new double[] {1, 0, 0, 0, 1, 0, 0, 0, 1},
            new double[3]);
    float[] means = {0, 0, -3, 0, 0, 3};
    System.arraycopy(means, 0, g.means(), 0, 6);
    try (SplatModel model = load(g)) {
      float[] radii = model.project(camera, SETTINGS).radii();
      assertThat(radii[0]).isZero();
      assertThat(radii[1]).isPositive();
    }
  }
}
