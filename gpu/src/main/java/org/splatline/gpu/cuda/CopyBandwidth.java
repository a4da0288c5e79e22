package org.splatline.gpu.cuda;

import org.splatline.gpu.cuda.device.DeviceMemory;
import org.splatline.gpu.cuda.device.DeviceStream;
import org.splatline.gpu.cuda.device.MemoryAccount;

/** Measures how fast the device copies its own memory. Kernels are compared with this speed. */
final class CopyBandwidth {
  private static final long BYTES = 1L << 30; // far more than any cache
  private static final int WARM_UPS = 3;
  private static final int COPIES = 20;

  private CopyBandwidth() {}

  /** Returns bytes read and written per second. */
  static double measure(MemoryAccount account, long freeBytes) {
    long bytes = Math.min(BYTES, freeBytes / 8 & -4096L);
    try (DeviceStream stream = new DeviceStream(false);
        DeviceMemory from = new DeviceMemory(account, bytes);
        DeviceMemory to = new DeviceMemory(account, bytes)) {
      stream.clear(from, bytes);
      for (int i = 0; i < WARM_UPS; i++) {
        stream.copy(from, to, bytes);
      }
      stream.startTimer();
      for (int i = 0; i < COPIES; i++) {
        stream.copy(from, to, bytes);
      }
      stream.synchronize();
      double milliseconds = stream.stopTimer().values().iterator().next();
      return 2.0 * bytes * COPIES / (milliseconds / 1e3);
    }
  }
}
