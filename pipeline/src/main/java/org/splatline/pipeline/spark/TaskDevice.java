package org.splatline.pipeline.spark;

import java.util.Optional;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;
import org.splatline.gpu.backend.GpuConfig;
import org.splatline.gpu.cuda.device.CudaDevice;
import org.splatline.gpu.cuda.device.CudaUnavailableException;
import org.splatline.gpu.cuda.device.GpuLease;

/**
 * The GPU of the task at work: the one Spark gave it, else the configuration's. Taken under the
 * host's lock, so that two executors that were given the same one find out.
 */
public final class TaskDevice implements AutoCloseable {
  private final GpuConfig config;
  private final boolean isLocal;
  private final GpuLease lease;

  private TaskDevice(GpuConfig config, boolean isLocal, GpuLease lease) {
    this.config = config;
    this.isLocal = isLocal;
    this.lease = lease;
  }

  /**
   * Takes the device for the calling task, which closes it.
   *
   * @param backend {@code auto}, {@code cpu} or {@code cuda}
   * @throws org.splatline.gpu.cuda.device.GpuBusyException when another process of this host has it
   */
  public static TaskDevice take(String backend, GpuConfig config) {
    Optional<String> given = address();
    GpuConfig own =
        given
            .map(address -> config.withDevice(ordinal(address)))
            .orElseGet(() -> LocalDevices.take(config));
    try {
      Optional<String> key = key(backend, own, given);
      return new TaskDevice(
          own, given.isEmpty(), key.map(name -> GpuLease.take(name, holder())).orElse(null));
    } catch (RuntimeException e) {
      if (given.isEmpty()) {
        LocalDevices.release(own.device());
      }
      throw e;
    }
  }

  /** Empty: no GPU, and none pretended, is used. */
  private static Optional<String> key(String backend, GpuConfig config, Optional<String> given) {
    if (!backend.equals("cpu")) {
      try {
        return Optional.of(CudaDevice.find(config.device()).uuid());
      } catch (CudaUnavailableException e) {
        if (backend.equals("cuda")) {
          throw e;
        }
      }
    }
    return given.map(address -> "address-" + address);
  }

  private static Optional<String> address() {
    TaskContext task = TaskContext.get();
    if (task == null) {
      return Optional.empty();
    }
    ResourceInformation gpu = task.resourcesJMap().get("gpu");
    return gpu == null || gpu.addresses().length == 0
        ? Optional.empty()
        : Optional.of(gpu.addresses()[0]);
  }

  /** Throws {@link IllegalArgumentException} for a name, as MIG instances have. */
  static int ordinal(String address) {
    try {
      return Integer.parseInt(address);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "Cannot use GPU %s: Splatline takes whole GPUs, by their number. Have the discovery script print numbers, and isolate MIG instances with CUDA_VISIBLE_DEVICES"
              .formatted(address),
          e);
    }
  }

  private static String holder() {
    SparkEnv env = SparkEnv.get();
    return env == null
        ? "a program without Spark"
        : "application %s, %s".formatted(env.conf().get("spark.app.id", "?"), TaskHost.name());
  }

  /** The configuration with this device. */
  public GpuConfig config() {
    return config;
  }

  /** Work on the device begins; closing ends it. Counted where there is a device. */
  public Busy busy() {
    if (lease == null) {
      return () -> {};
    }
    GpuClock.PROCESS.begin();
    return GpuClock.PROCESS::end;
  }

  /** A stretch of work. */
  public interface Busy extends AutoCloseable {
    @Override
    void close();
  }

  @Override
  public void close() {
    if (isLocal) {
      LocalDevices.release(config.device());
    }
    if (lease != null) {
      lease.close();
    }
  }
}
