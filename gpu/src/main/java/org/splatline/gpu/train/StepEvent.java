package org.splatline.gpu.train;

/**
 * One finished training step.
 *
 * @param step counted from 1
 * @param phase of the resolution schedule, from 0
 * @param newPictures whether this is the first step on other pictures: of another size, or without
 *     blur
 * @param changedModel whether, after the update, opacities were reset or Gaussians pruned
 */
record StepEvent(int step, int phase, boolean newPictures, boolean changedModel) {

  /** Whether PSNRs before and after can't be compared. */
  boolean breaksComparison() {
    return newPictures || changedModel;
  }
}
