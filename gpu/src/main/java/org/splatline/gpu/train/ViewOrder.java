package org.splatline.gpu.train;

import org.splatline.gpu.backend.CounterRandom;

/**
 * The training view of each step. Every round takes all views once, in a new random order. The
 * order depends on seed and step alone, so resuming does not change it.
 */
final class ViewOrder {
  private final long seed;
  private final int[] order;
  private int round = -1;

  ViewOrder(int views, long seed) {
    this.seed = seed;
    this.order = new int[views];
  }

  /** The view of a step, counted from 1. */
  int at(int step) {
    int wanted = (step - 1) / order.length;
    if (wanted != round) {
      round = wanted;
      shuffle();
    }
    return order[(step - 1) % order.length];
  }

  /** Fisher-Yates shuffle. */
  private void shuffle() {
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    for (int i = order.length - 1; i > 0; i--) {
      int j = (int) Math.floorMod(CounterRandom.bits(seed, round, i, 0), i + 1L);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
  }
}
