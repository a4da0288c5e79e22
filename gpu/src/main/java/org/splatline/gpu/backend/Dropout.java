package org.splatline.gpu.backend;

import static org.splatline.gpu.Checks.checkArgument;

/**
 * Gaussians that a training step leaves out of its view: each one with the same probability,
 * whatever the others are. The opacity of those that are drawn stays as it is. With few photographs
 * this keeps Gaussians near the cameras from hiding all others, which then get no gradients
 * (DropGaussian, Park et al. 2025; DropoutGS, Xu et al. 2025). A Gaussian that is left out counts
 * as not visible.
 *
 * <p>Which Gaussians these are depends on the seed and the row alone, with the same bits on every
 * backend.
 *
 * @param threshold unsigned: Gaussians whose hash is below it are left out; 0: none is
 * @param seed of the step
 */
public record Dropout(int threshold, int seed) {
  /** All Gaussians are drawn. */
  public static final Dropout NONE = new Dropout(0, 0);

  private static final int INDEX = -2; // of the step's random numbers

  /**
   * @param share probability of being left out, in [0, 1)
   * @param seed of the training
   */
  public static Dropout at(double share, long seed, int step) {
    checkArgument(0 <= share && share < 1, "Invalid dropout: %s is not in [0, 1)", share);
    int threshold = (int) (long) (share * 0x1p32);
    return threshold == 0
        ? NONE
        : new Dropout(threshold, (int) (CounterRandom.bits(seed, step, INDEX, 0) >>> 32));
  }

  /** Whether the Gaussian in row {@code n} is left out. */
  public boolean drops(int n) {
    return Integer.compareUnsigned(hash(n, seed), threshold) < 0;
  }

  /** The finaliser of MurmurHash3 (Appleby 2011) of the row's number times the golden ratio. */
  private static int hash(int n, int seed) {
    int h = n * 0x9E3779B9 + seed;
    h = (h ^ (h >>> 16)) * 0x85EBCA6B;
    h = (h ^ (h >>> 13)) * 0xC2B2AE35;
    return h ^ (h >>> 16);
  }
}
