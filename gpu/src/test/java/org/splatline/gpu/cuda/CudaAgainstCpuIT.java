package org.splatline.gpu.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.splatline.gpu.backend.AdamSettings;
import org.splatline.gpu.backend.LossGradients;
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
import org.splatline.gpu.gaussian.ParameterFamily;
import org.splatline.gpu.scene.Camera;

/** The GPU does what the CPU does, to rounding. Tolerances: docs/conventions.md. */
class CudaAgainstCpuIT {
  private static final long SEED = 5;
  private static final RenderSettings SETTINGS = new RenderSettings(3, 0.1f, 0.3f, 0.2f);

  @BeforeEach
  void needGpu() {
    Gpu.assume();
  }

  @ParameterizedTest(name = "{0} Gaussians, {1} x {2} px, {3} channels")
  @CsvSource({"33, 17, 40, 3", "1000, 100, 75, 4", "10000, 300, 200, 3", "5000, 900, 600, 3"})
  void gradientsAgree(int n, int width, int height, int channels) {
    Gaussians gaussians = TestGaussians.random(n, 3, SEED + n);
    Camera camera = TestGaussians.camera(width, height, SEED);
    Target target =
        new Target(camera, TestGaussians.picture(width, height, channels, SEED));
    LossGradients cpu = gradients(new CpuBackend(0), gaussians, target);
    LossGradients cuda = gradients(new CudaBackend(0), gaussians, target);
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
    double relative = Math.sqrt(difference / Math.max(length, 1e-30));
    System.out.printf("relative difference %.3g of length %.3g%n", relative, Math.sqrt(length));
    return relative;
  }

  @Test
  void tenStepsAgree() {
    Gaussians gaussians = TestGaussians.random(2000, 3, SEED);
    Camera camera = TestGaussians.camera(120, 90, SEED);
    Target target = new Target(camera, TestGaussians.picture(120, 90, 3, SEED));
    GaussianState cpu = tenSteps(new CpuBackend(0), gaussians, target);
    GaussianState cuda = tenSteps(new CudaBackend(0), gaussians, target);
    for (ParameterFamily family : ParameterFamily.values()) {
      assertThat(
              relativeDifference(
                  cuda.parameters().array(family), cpu.parameters().array(family)))
          .as("%s after ten steps", family)
          .isLessThan(1e-3);
    }
    assertThat(cuda.gradientCounts()).isEqualTo(cpu.gradientCounts());
  }

  private static GaussianState tenSteps(
      SplatBackend backend, Gaussians gaussians, Target target) {
    try (backend;
        SplatModel model = backend.load(GaussianState.of(gaussians))) {
      model.useTargets(List.of(target));
      for (int step = 1; step <= 10; step++) {
        model.step(
            0,
            new StepSettings(
                step,
                SETTINGS,
                0.2f,
                new AdamSettings(
                    1e-3f, 1e-3f, 5e-3f, 0.025f, 2.5e-3f, 1.25e-4f, 0.9f, 0.999f, 1e-15f,
                    AdamSettings.Update.VISIBLE),
                true));
      }
      StepStatistics statistics = model.drainStatistics();
      System.out.printf("%s: %s%n", backend.name(), statistics);
      return model.state();
    }
  }
}
