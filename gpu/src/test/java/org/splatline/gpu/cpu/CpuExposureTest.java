package org.splatline.gpu.cpu;

import org.splatline.gpu.backend.ExposureContract;
import org.splatline.gpu.backend.SplatBackend;

class CpuExposureTest extends ExposureContract {
  @Override
  protected SplatBackend open() {
    return new CpuBackend(2);
  }
}
