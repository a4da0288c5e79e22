package org.splatline.gpu.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.splatline.gpu.backend.SplatConstants;

class CudaModuleIT {

  @BeforeEach
  void needGpu() {
    Gpu.assume();
  }

  @Test
  void holdsTheConstantsJavaHas() {
    try (CudaBackend backend = Gpu.open()) {
      assertThat(backend.module().floats("splat_constants", 7))
          .containsExactly(
              SplatConstants.TILE_SIZE,
              SplatConstants.ALPHA_MIN,
              SplatConstants.ALPHA_MAX,
              SplatConstants.TRANSMITTANCE_MIN,
              SplatConstants.COV2D_DILATION,
              SplatConstants.FRUSTUM_SLACK,
              SplatConstants.DETERMINANT_RATIO_MIN);
    }
  }
}
