package org.splatline.gpu.backend;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.Serializable;

/**
 * The configuration under {@code gpu}: which device the CUDA backend uses, how it works, and how
 * much memory it may use.
 *
 * @param device index among the devices that the driver shows
 * @param debugSync wait after each kernel, so that an error names the kernel; slow
 * @param memoryShare share of the device's free memory that a training may use, in (0, 1]. If
 *     trainers share the device, it is a share of all memory, and each trainer gets an equal part.
 *     If {@code densify.max-gaussians} Gaussians do not fit, a training grows to fewer
 * @param maxMemory bytes of device memory that are never exceeded; 0: no limit
 * @param pictures where training pictures are kept
 * @param trainersPerDevice how many trainers share a device on Spark executors, at least 1
 */
public record GpuConfig(
    int device,
    boolean debugSync,
    double memoryShare,
    long maxMemory,
    Pictures pictures,
    int trainersPerDevice)
    implements Serializable {

  /** Where training pictures are kept. */
  public enum Pictures {
    /** On the device if they fit beside the Gaussians, otherwise streamed. */
    AUTO,
    /** On the device. */
    RESIDENT,
    /** On the host. Each is copied to the device shortly before its step. */
    STREAMED
  }

  public GpuConfig {
    checkArgument(device >= 0, "Invalid gpu.device: %s is negative", device);
    checkArgument(
        0 < memoryShare && memoryShare <= 1,
        "Invalid gpu.memory-share: %s is not in (0, 1]",
        memoryShare);
    checkArgument(maxMemory >= 0, "Invalid gpu.max-memory: %s is negative", maxMemory);
    checkArgument(
        trainersPerDevice >= 1,
        "Invalid gpu.trainers-per-device: %s is not at least 1",
        trainersPerDevice);
  }

  /** This configuration with another device. */
  public GpuConfig withDevice(int ordinal) {
    return new GpuConfig(ordinal, debugSync, memoryShare, maxMemory, pictures, trainersPerDevice);
  }
}
