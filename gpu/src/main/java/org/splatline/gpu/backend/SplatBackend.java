package org.splatline.gpu.backend;

import org.splatline.gpu.cluster.Clusterer;
import org.splatline.gpu.cluster.KMeans;
import org.splatline.gpu.gaussian.GaussianState;

/** A device that renders and trains Gaussians. Not thread-safe; whoever opens it closes it. */
public interface SplatBackend extends AutoCloseable {

  /** The name in metrics.json: {@code cpu} or {@code cuda}. */
  String name();

  /** The CPU model and the number of threads, or the name of the GPU. */
  String device();

  /** Copies Gaussians to the device. The caller closes the model. */
  SplatModel load(GaussianState state);

  /**
   * Copies Gaussians to the device to train them. If the device has little memory, the backend uses
   * {@code load} to decide where it keeps data.
   *
   * @throws DeviceMemoryException if not even the Gaussians of the start fit
   */
  default SplatModel load(GaussianState state, TrainingLoad load) {
    return load(state);
  }

  /**
   * The largest number of Gaussians that a training may grow to: the number it asks for, or fewer
   * if a limit on device memory leaves less room. The same limit gives the same number, as long as
   * that much memory is free.
   *
   * @param gaussians number at the start
   */
  default int maxGaussians(int gaussians, TrainingLoad load) {
    return load.maxGaussians();
  }

  /** K-means on this device; usable until the backend is closed. */
  default Clusterer clusterer() {
    return new KMeans();
  }

  @Override
  void close();
}
