package org.splatline.gpu.cpu;

import org.splatline.gpu.backend.SplatBackend;
import org.splatline.gpu.backend.SplatBackendContract;

class CpuBackendTest extends SplatBackendContract {
  @Override
  protected SplatBackend open() {
    return new CpuBackend(2);
  }
}
