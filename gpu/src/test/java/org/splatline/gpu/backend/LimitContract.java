package org.splatline.gpu.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.splatline.gpu.gaussian.GaussianState;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.picture.FloatImage;
import org.splatline.gpu.scene.Camera;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/**
 * What every backend must do with a view that has too many intersections, and after it. Tests of
 * backends extend this class and add nothing.
 */
public abstract class LimitContract {
  private static final RenderSettings SETTINGS = new RenderSettings(0, 0.2f, 0.5f, 0.7f);
  private static final int SIDE = 8192; // 2^18 tiles

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

  /** Each covers any picture. */
  protected static Gaussians huge(int n) {
    Gaussians gaussians = TestGaussians.random(n, 0, 5);
    Arrays.fill(gaussians.logScales(), 5);
    Arrays.fill(gaussians.logitOpacities(), 3);
    return gaussians;
  }

  /** 4,096 Gaussians have one intersection too many; 16,385 have 2^18 if 32 bits wrap around. */
  @ParameterizedTest(name = "{0} Gaussians on all of 2^18 tiles")
  @ValueSource(ints = {4096, 16_385})
  void tooManyIntersectionsAreRefused(int n) {
    try (SplatModel model = backend.load(GaussianState.of(huge(n)))) {
      Camera large = TestGaussians.camera(SIDE, SIDE, 1);
      assertThatThrownBy(() -> model.render(large, SETTINGS))
          .isInstanceOfSatisfying(
              SceneException.class, e -> assertThat(e.verdict()).isEqualTo(Verdict.TOO_LARGE))
          .hasMessageStartingWith("Cannot render %,d Gaussians: ".formatted(n))
          .hasMessageContaining("more than 1,073,741,823 tiles")
          .hasMessageContaining("image.reduce");
      FloatImage small = model.render(TestGaussians.camera(32, 32, 1), SETTINGS);
      assertThat(small.rgb()).as("the next view is rendered").doesNotContain(Float.NaN);
    }
  }
}
