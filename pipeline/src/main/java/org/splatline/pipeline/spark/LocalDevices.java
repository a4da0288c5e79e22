package org.splatline.pipeline.spark;

import java.util.HashMap;
import java.util.Map;
import org.splatline.gpu.backend.GpuConfig;
import org.splatline.gpu.cuda.device.CudaDevice;

/**
 * Assigns a JVM's GPUs to trainings where Spark does not: the least used GPU from {@code
 * gpu.device} on. Thread-safe.
 */
final class LocalDevices {
  private final Map<Integer, Integer> trainings = new HashMap<>(); // by ordinal

  /** The configuration with the GPU to use. {@link #release} gives the GPU back. */
  synchronized GpuConfig take(GpuConfig config) {
    int least = config.device();
    for (int ordinal = config.device(); ordinal < CudaDevice.visible(); ordinal++) {
      if (trainings(ordinal) < trainings(least)) {
        least = ordinal;
      }
    }
    trainings.merge(least, 1, Integer::sum);
    return config.withDevice(least);
  }

  synchronized void release(int ordinal) {
    trainings.merge(ordinal, -1, Integer::sum);
  }

  private int trainings(int ordinal) {
    return trainings.getOrDefault(ordinal, 0);
  }
}
