package org.splatline.gpu.cuda;

import org.junit.jupiter.api.Assumptions;
import org.splatline.gpu.backend.GpuConfig;
import org.splatline.gpu.cuda.device.CudaDevice;
import org.splatline.gpu.cuda.device.CudaUnavailableException;

/** The device that tests run on. */
final class Gpu {
  private static final GpuConfig CONFIG =
      new GpuConfig(0, false, 0.9, 0, GpuConfig.Pictures.AUTO, 1);

  private Gpu() {}

  /** Skips the test, with the reason, if there is no GPU. */
  static void assume() {
    try {
      CudaDevice.find(CONFIG.device());
    } catch (CudaUnavailableException e) {
      Assumptions.abort(e.getMessage());
    }
  }

  static CudaBackend open() {
    return new CudaBackend(CONFIG);
  }
}
