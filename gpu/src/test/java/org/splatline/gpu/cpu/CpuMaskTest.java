package org.splatline.gpu.cpu;

import org.splatline.gpu.backend.MaskContract;
import org.splatline.gpu.backend.SplatBackend;

class CpuMaskTest extends MaskContract {
  @Override
  protected SplatBackend open() {
    return new CpuBackend(2);
  }
}
