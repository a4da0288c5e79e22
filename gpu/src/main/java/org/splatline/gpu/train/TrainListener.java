package org.splatline.gpu.train;

import java.nio.file.Path;

/**
 * Hears how training goes. All but {@link #onCheckpoint} is called on the training thread and must
 * return quickly.
 */
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

  /**
   * Asked once after each step: whether to write a checkpoint of it, due or not; training goes on.
   * Each time it says so one is written, so a wish should be told of once.
   */
  default boolean wantsCheckpoint() {
    return false;
  }

  /**
   * A checkpoint stands under its final name, on the disk. Called on the thread that writes them;
   * the file stays at least until this returns. The next checkpoint waits for it, with training,
   * and so does training's end. What it throws is logged, and training goes on.
   *
   * @param step after which training resumes from it
   */
  default void onCheckpoint(int step, Path file) {}
}
