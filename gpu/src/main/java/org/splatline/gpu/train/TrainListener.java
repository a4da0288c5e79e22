package org.splatline.gpu.train;

import java.nio.file.Path;

/**
 * Receives the progress of a training. All methods but {@link #onCheckpoint} are called on the
 * training thread and must return quickly.
 */
public interface TrainListener {
  /** Called before the first step if training resumes after step {@code step} of a checkpoint. */
  default void onResume(int step) {}

  /**
   * Called about once a second, and at the last step.
   *
   * @param steps how many steps there will be
   * @param deviceBytes held on the device now; -1 if the CPU trains
   */
  void onProgress(TrainingPoint point, int steps, long deviceBytes);

  /** Called before each step: whether to stop here. */
  default boolean isCancelled() {
    return false;
  }

  /**
   * Called once after each step: whether to write a checkpoint of it, even if none is due. Training
   * goes on. Every {@code true} writes a checkpoint, so return it once per wish.
   */
  default boolean wantsCheckpoint() {
    return false;
  }

  /**
   * Called when a checkpoint is on the disk under its final name, on the thread that writes
   * checkpoints. The file exists at least until this method returns. The next checkpoint and the
   * end of training wait for this method. An exception is logged, and training goes on.
   *
   * @param step after which training would resume
   */
  default void onCheckpoint(int step, Path file) {}
}
