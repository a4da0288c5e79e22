package org.splatline.gpu.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.splatline.gpu.backend.Projection;
import org.splatline.gpu.backend.RenderSettings;
import org.splatline.gpu.backend.SplatBackendContract;
import org.splatline.gpu.backend.SplatConstants;
import org.splatline.gpu.backend.StepSettings;
import org.splatline.gpu.backend.Target;
import org.splatline.gpu.backend.TestGaussians;
import org.splatline.gpu.gaussian.GaussianState;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.scene.Camera;

/** Compares the benchmark's counters with a count in plain loops over all pixels and Gaussians. */
class PairCountIT {
  private static final long SEED = 4;
  private static final RenderSettings SETTINGS = new RenderSettings(0, 0, 0, 0);

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

  /** Small pictures, which are blended in patches of 8x4, and one in patches of 8x8. */
  @ParameterizedTest(name = "{0} Gaussians, {1} x {2} px")
  @CsvSource({"0, 40, 30", "1, 40, 30", "50, 61, 45", "400, 130, 97", "60, 640, 480"})
  void countsWhatPlainLoopsCount(int n, int width, int height) {
    Gaussians gaussians = TestGaussians.random(n, 0, SEED);
    Camera camera = TestGaussians.camera(width, height, SEED);
    try (CudaModel model = backend.model(GaussianState.of(gaussians))) {
      model.useTargets(List.of(new Target(camera, TestGaussians.picture(width, height, 3, SEED))));
      StepWork work = model.work(0, SETTINGS);
      long contributing = contributing(model.project(camera, SETTINGS), gaussians, width, height);
      assertThat(work.gaussians()).isEqualTo(n);
      assertThat(work.pixels()).isEqualTo((long) width * height);
      // At a cut-off the two may decide differently: for one pair in a thousand.
      assertThat(Math.abs(work.pairs().contributing() - contributing))
          .isLessThanOrEqualTo(1 + contributing / 1000);
      assertThat(work.pairs().evaluated()).isGreaterThanOrEqualTo(work.pairs().contributing());
      assertThat(work.pairs().evaluated() % 32).isZero();
      assertThat(work.visible()).isLessThanOrEqualTo(n);
    }
  }

  private static long contributing(Projection p, Gaussians g, int width, int height) {
    Integer[] order = new Integer[g.size()];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingDouble(i -> p.depths()[i]));
    long count = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double t = 1;
        for (int i : order) {
          if (p.radii()[i] == 0) {
            continue;
          }
          double dx = x + 0.5 - p.means2d()[2 * i];
          double dy = y + 0.5 - p.means2d()[2 * i + 1];
          double d2 =
              p.conics()[3 * i] * dx * dx
                  + 2 * p.conics()[3 * i + 1] * dx * dy
                  + p.conics()[3 * i + 2] * dy * dy;
          double opacity = 1 / (1 + Math.exp(-g.logitOpacities()[i]));
          double alpha = Math.min(SplatConstants.ALPHA_MAX, opacity * Math.exp(-0.5 * d2));
          if (alpha < SplatConstants.ALPHA_MIN) {
            continue;
          }
          if (t * (1 - alpha) < SplatConstants.TRANSMITTANCE_MIN) {
            break;
          }
          t *= 1 - alpha;
          count++;
        }
      }
    }
    return count;
  }

  @Test
  void aBenchmarkHasAllItsFigures() {
    Camera camera = TestGaussians.camera(100, 80, SEED);
    Target target = new Target(camera, TestGaussians.picture(100, 80, 3, SEED));
    CudaBenchmark.Result result =
        CudaBenchmark.measure(
            backend,
            GaussianState.of(TestGaussians.random(500, 3, SEED)),
            List.of(target),
            new StepSettings(1, SETTINGS, 0.2f, SplatBackendContract.ADAM, true),
            5,
            CudaBenchmark.Order.MORTON);
    assertThat(result.copyBytesPerSecond()).isPositive();
    assertThat(result.kernels())
        .allSatisfy(
            (name, figures) -> {
              assertThat(figures.milliseconds()).as(name).isPositive();
              assertThat(figures.bytes()).as(name).isPositive();
            });
    assertThat(result.counts().contributingPairs()).isPositive();
  }
}
