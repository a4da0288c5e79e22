package org.splatline.gpu.cpu;

import org.splatline.gpu.backend.GrowthContract;
import org.splatline.gpu.backend.SplatBackend;

class CpuGrowthTest extends GrowthContract {
  @Override
  protected SplatBackend open() {
    return new CpuBackend(2);
  }
}
