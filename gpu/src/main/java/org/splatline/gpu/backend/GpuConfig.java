package org.splatline.gpu.backend;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.Serializable;

/**
 * The part of the configuration under {@code gpu}: where and how the CUDA backend works, and what
 * it may take.
 *
 * @param device ordinal among those the driver shows
 * @param debugSync wait after each kernel, so that an error names it: slow
 * @param memoryShare largest share of the device's free memory a training is planned with, (0, 1];
 *     of all its memory, in equal parts, where trainers share it
 * @param maxMemory bytes of the device that are never exceeded; 0: no limit. Where they don't hold
 *     {@code densify.max-gaussians}, a training grows to fewer
 * @param pictures where training pictures are kept
 * @param trainersPerDevice that share a device on Spark executors, at least 1
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
    /** On the device where they fit beside the Gaussians, else streamed. */
    AUTO,
    /** On the device. */
    RESIDENT,
    /** On the host, each brought to the device shortly before its step. */
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

  /** The same on another device. */
  public GpuConfig withDevice(int ordinal) {
    return new GpuConfig(ordinal, debugSync, memoryShare, maxMemory, pictures, trainersPerDevice);
  }
}
