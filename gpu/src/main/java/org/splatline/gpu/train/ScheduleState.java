package org.splatline.gpu.train;

/**
 * Where training stands in its schedule, beside the step itself.
 *
 * @param firstPruneGaussians right before the first significance prune; 0: it hasn't been
 */
record ScheduleState(int firstPruneGaussians, PlateauRule.State plateau) {
  static final ScheduleState START = new ScheduleState(0, PlateauRule.State.START);
}
