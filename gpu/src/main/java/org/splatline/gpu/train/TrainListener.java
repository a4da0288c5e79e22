package org.splatline.gpu.train;

/** Hears how training goes, on the training thread; must return quickly. */
public interface TrainListener {
  /** About every second, and at the last step. {@code steps} is how many there will be. */
  void onProgress(TrainingPoint point, int steps);

  /** Asked at each step: whether to stop here. */
  default boolean isCancelled() {
    return false;
  }
}
