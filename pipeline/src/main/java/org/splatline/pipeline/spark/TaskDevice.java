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
 * The GPU of one task: the one Spark gave it, else the one of the configuration. It is taken under
 * the host's lock, so that two executors that were given the same GPU notice it.
 */
public final class TaskDevice implements AutoCloseable {
  private final SparkJvm jvm;
  private final String backend;
  private final GpuConfig config;
  private final boolean isLocal; // assigned by LocalDevices
  private final GpuLease lease; // null: no GPU is used

  private TaskDevice(
      SparkJvm jvm, String backend, GpuConfig config, boolean isLocal, GpuLease lease) {
    this.jvm = jvm;
    this.backend = backend;
    this.config = config;
    this.isLocal = isLocal;
    this.lease = lease;
  }

  /**
   * Takes the device for the calling task, which closes it.
   *
   * @param backend {@code auto}, {@code cpu} or {@code cuda}; {@code auto} is {@code cuda} where
   *     Spark gave the task a GPU, so that a broken driver fails the task and another host trains
   * @throws org.splatline.gpu.cuda.device.GpuBusyException when another process of this host has it
   * @throws CudaUnavailableException when the GPU must be used and can't be: a fault of the machine
   */
  public static TaskDevice take(String backend, GpuConfig config) {
    return take(backend, config, address());
  }

  /**
   * @param given the address of the GPU that Spark gave the task
   */
  static TaskDevice take(String configured, GpuConfig config, Optional<String> given) {
    SparkJvm jvm = SparkJvm.current();
    String backend = given.isPresent() && configured.equals("auto") ? "cuda" : configured;
    GpuConfig own =
        given
            .map(address -> config.withDevice(ordinal(address)))
            .orElseGet(() -> jvm.devices().take(config));
    try {
      GpuLease lease =
          key(backend, own, given)
              .map(name -> GpuLease.take(name, holder(jvm.host())))
              .orElse(null);
      return new TaskDevice(jvm, backend, own, given.isEmpty(), lease);
    } catch (RuntimeException e) {
      if (given.isEmpty()) {
        jvm.devices().release(own.device());
      }
      throw e;
    }
  }

  /** The name to lock; empty: no GPU is used, and no GPU is simulated. */
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

  /**
   * Whether the calling task may use a GPU: Spark gave it one, or it runs in the driver, with a
   * local master.
   */
  public static boolean isOffered() {
    return address().isPresent() || SparkJvm.current().host().isDriver();
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
          "Cannot use GPU %s: Splatline uses whole GPUs, by their number. Have the discovery script print numbers, and isolate MIG instances with CUDA_VISIBLE_DEVICES"
              .formatted(address),
          e);
    }
  }

  private static String holder(TaskHost host) {
    SparkEnv env = SparkEnv.get();
    return env == null
        ? "a program without Spark"
        : "application %s, %s".formatted(env.conf().get("spark.app.id", "?"), host.name());
  }

  /** The backend to train with: {@code auto} only where Spark gave no GPU. */
  public String backend() {
    return backend;
  }

  /** Whether it holds a lock of the host: for a GPU, or for what Spark says is one. */
  public boolean isLocked() {
    return lease != null;
  }

  /** The configuration with this device. */
  public GpuConfig config() {
    return config;
  }

  /** Starts a stretch of work on the device; closing it ends the stretch. Only a GPU is timed. */
  public Busy busy() {
    if (lease == null) {
      return () -> {};
    }
    jvm.gpuClock().begin();
    return jvm.gpuClock()::end;
  }

  /** A stretch of work. */
  public interface Busy extends AutoCloseable {
    @Override
    void close();
  }

  @Override
  public void close() {
    if (isLocal) {
      jvm.devices().release(config.device());
    }
    if (lease != null) {
      lease.close();
    }
  }
}
