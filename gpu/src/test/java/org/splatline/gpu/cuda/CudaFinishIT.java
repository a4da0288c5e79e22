package org.splatline.gpu.cuda;

import org.junit.jupiter.api.BeforeEach;
import org.splatline.gpu.backend.SplatBackend;
import org.splatline.gpu.train.FinishTest;

class CudaFinishIT extends FinishTest {
  @BeforeEach
  void needGpu() {
    Gpu.assume();
  }

  @Override
  protected SplatBackend open() {
    return Gpu.open();
  }
}
