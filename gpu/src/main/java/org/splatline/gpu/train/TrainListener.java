package org.splatline.gpu.train;

/** Hears how training goes, on the training thread; must return quickly. */
public interface TrainListener {
  /**
   * About every second, and at the last step.
   *
   * @param steps how many there will be
   * @param deviceBytes held on the device now, or -1 where the device is the host
   */
  void onProgress(TrainingPoint point, int steps, long deviceBytes);

  /** Asked at each step: whether to stop here. */
  default boolean isCancelled() {
    return false;
  }
}
