package org.splatline.gpu.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.splatline.gpu.backend.GrowthContract;
import org.splatline.gpu.backend.SplatBackend;

class CudaGrowthIT extends GrowthContract {
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
}
