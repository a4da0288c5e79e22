package org.splatline.gpu.cuda;

import org.junit.jupiter.api.Assumptions;

/** Skips tests, with the reason, where there is no GPU. */
final class Gpu {
  private Gpu() {}

  static void assume() {
    try {
      CudaDevice.find(0);
    } catch (CudaUnavailableException e) {
      Assumptions.abort(e.getMessage());
    }
  }
}
