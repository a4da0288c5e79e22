package org.splatline.pipeline.spark;

import java.util.HashMap;
import java.util.Map;
import org.splatline.gpu.backend.GpuConfig;
import org.splatline.gpu.cuda.device.CudaDevice;

/**
 * Deals out this JVM's GPUs where Spark doesn't, from {@code gpu.device} on: the least used one.
 */
final class LocalDevices {
  private static final Map<Integer, Integer> TRAINERS = new HashMap<>(); // by ordinal

  private LocalDevices() {}

  /** The configuration with the device to use; {@link #release} gives it back. */
  static synchronized GpuConfig take(GpuConfig config) {
    int least = config.device();
    for (int ordinal = config.device(); ordinal < CudaDevice.visible(); ordinal++) {
      if (trainers(ordinal) < trainers(least)) {
        least = ordinal;
      }
    }
    TRAINERS.merge(least, 1, Integer::sum);
    return config.withDevice(least);
  }

  static synchronized void release(int ordinal) {
    TRAINERS.merge(ordinal, -1, Integer::sum);
  }

  private static int trainers(int ordinal) {
    return TRAINERS.getOrDefault(ordinal, 0);
  }
}
