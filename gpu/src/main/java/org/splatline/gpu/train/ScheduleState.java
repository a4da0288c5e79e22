package org.splatline.gpu.train;

/**
 * The part of a checkpoint that the schedule needs to resume.
 *
 * @param firstPruneGaussians number of Gaussians right before the first significance prune; 0 if
 *     there was none yet
 * @param annealsAfter the step at which a plateau was found; 0 if there was none yet
 */
record ScheduleState(int firstPruneGaussians, PlateauRule.State plateau, int annealsAfter) {
  static final ScheduleState START = new ScheduleState(0, PlateauRule.State.START, 0);
}
