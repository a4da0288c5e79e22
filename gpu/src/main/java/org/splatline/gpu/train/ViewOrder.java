package org.splatline.gpu.train;

import static org.splatline.gpu.Checks.checkArgument;

import java.util.Arrays;
import java.util.List;
import org.splatline.gpu.backend.CounterRandom;

/**
 * The training view of each step. Every round takes all views that it may draw from once, in a new
 * random order. The order depends on seed and step alone, so resuming does not change it.
 */
final class ViewOrder {
  private final long seed;
  private final int afterStep;
  private final int[] views;
  private final int[] order;
  private int round = -1;

  /**
   * An order over some training views.
   *
   * @param views indices of the views to draw from
   * @param afterStep the step before the first round
   */
  ViewOrder(int[] views, long seed, int afterStep) {
    checkArgument(views.length > 0, "Invalid view order: there are no views");
    this.seed = seed;
    this.afterStep = afterStep;
    this.views = views.clone();
    this.order = new int[views.length];
  }

  /** The views that it draws from. */
  List<Integer> views() {
    return Arrays.stream(views).boxed().toList();
  }

  /** The view of a step after {@code afterStep}. */
  int at(int step) {
    int drawn = step - afterStep - 1;
    int wanted = drawn / order.length;
    if (wanted != round) {
      round = wanted;
      shuffle();
    }
    return order[drawn % order.length];
  }

  /** Fisher-Yates shuffle. */
  private void shuffle() {
    System.arraycopy(views, 0, order, 0, order.length);
    for (int i = order.length - 1; i > 0; i--) {
      int j = (int) Math.floorMod(CounterRandom.bits(seed, round, i, 0), i + 1L);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
  }
}
