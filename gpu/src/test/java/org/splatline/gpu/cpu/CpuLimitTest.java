package org.splatline.gpu.cpu;

import org.splatline.gpu.backend.LimitContract;
import org.splatline.gpu.backend.SplatBackend;

class CpuLimitTest extends LimitContract {
  @Override
  protected SplatBackend open() {
    return new CpuBackend(2);
  }
}
