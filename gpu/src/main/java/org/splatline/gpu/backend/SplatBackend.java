package org.splatline.gpu.backend;

import org.splatline.gpu.cluster.Clusterer;
import org.splatline.gpu.cluster.KMeans;
import org.splatline.gpu.gaussian.TrainingState;

/** A device that renders and trains Gaussians. Not thread-safe; whoever opens it closes it. */
public interface SplatBackend extends AutoCloseable {

  /** The name in metrics.json: {@code cpu} or {@code cuda}. */
  String name();

  /** The CPU model and the number of threads, or the name of the GPU. */
  String device();

  /** Copies Gaussians to the device. The caller closes the model. */
  SplatModel load(TrainingState state);

  /**
   * Copies Gaussians to the device to train them. If the device has little memory, the backend uses
   * {@code load} to decide where it keeps data.
   *
   * @throws DeviceMemoryException if not even the Gaussians of the start fit
   */
  default SplatModel load(TrainingState state, TrainingLoad load) {
    return load(state);
  }

  /**
   * The largest number of Gaussians that a training may grow to: the number it asks for, or fewer
   * if the device has less room. The same free memory, or the same limit on it, gives the same
   * number.
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
