package org.splatline.gpu.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.splatline.gpu.backend.LimitContract;
import org.splatline.gpu.backend.RenderSettings;
import org.splatline.gpu.backend.SplatBackend;
import org.splatline.gpu.backend.SplatModel;
import org.splatline.gpu.backend.TestGaussians;
import org.splatline.gpu.gaussian.GaussianState;
import org.splatline.gpu.picture.FloatImage;

class CudaLimitIT extends LimitContract {
  private CudaBackend opened;

  @BeforeEach
  void needGpu() {
    Gpu.assume();
  }

  @Override
  protected SplatBackend open() {
    Gpu.assume();
    opened = Gpu.open();
    return opened;
  }

  @AfterEach
  void leavesNothingOnTheDevice() {
    if (opened != null) {
      assertThat(opened.liveBytes()).as("bytes left on the device").isZero();
    }
  }

  @Test
  void aPictureOfTheMostTilesIsRendered() {
    int side = 8192; // 2^18 tiles
    try (CudaBackend backend = Gpu.open();
        SplatModel model = backend.load(GaussianState.of(huge(3)))) {
      FloatImage image =
          model.render(TestGaussians.camera(side, side, 1), new RenderSettings(0, 0, 0, 0));
      float[] rgb = image.rgb();
      assertThat(Arrays.copyOfRange(rgb, rgb.length - 3, rgb.length))
          .as("the last pixel, not the background")
          .isNotEqualTo(new float[3]);
      assertThatThrownBy(
              () ->
                  model.render(
                      TestGaussians.camera(side + 1, side, 1), new RenderSettings(0, 0, 0, 0)))
          .hasMessageContaining("262656 tiles are more than 262144");
    }
  }
}
