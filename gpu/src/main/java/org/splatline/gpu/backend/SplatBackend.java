package org.splatline.gpu.backend;

import org.splatline.gpu.gaussian.GaussianState;

/** A device that renders and trains Gaussians. Not thread-safe; whoever opens it closes it. */
public interface SplatBackend extends AutoCloseable {

  /** As it stands in metrics.json: {@code cpu} or {@code cuda}. */
  String name();

  /** CPU model and threads, or GPU name. */
  String device();

  /** Puts Gaussians on the device. {@code state} is copied; the caller closes the model. */
  SplatModel load(GaussianState state);

  /**
   * The same, to be trained: where the device has little memory, things are placed by what the
   * training will ask for.
   *
   * @throws DeviceMemoryException when not even its start fits
   */
  default SplatModel load(GaussianState state, TrainingLoad load) {
    return load(state);
  }

  /**
   * The most Gaussians such a training may grow to: those it asks for, or as many as a limit on the
   * device's memory leaves room for. The same for the same limit, as long as so much is free.
   *
   * @param gaussians at its start
   */
  default int maxGaussians(int gaussians, TrainingLoad load) {
    return load.maxGaussians();
  }

  @Override
  void close();
}
