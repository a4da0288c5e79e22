package org.splatline.gpu.backend;

/**
 * Chooses Gaussians at random, without replacement, each with a probability that is proportional to
 * its score: the k largest keys win. A key is score / x, where x is exponentially distributed
 * (Efraimidis and Spirakis 2006, "Weighted Random Sampling with a Reservoir"; these keys order as
 * theirs do). Fang and Wang 2024, "Mini-Splatting", choose what they keep in this way. A key is
 * computed in double and rounded to float, so a backend whose logarithm differs in the last bit of
 * a double has the same keys, except for about one in 2^28.
 */
public final class ErrorRace {
  /** The draw of {@link CounterRandom} that keys use. Split Gaussians use the draws before it. */
  public static final int DRAW = 12;

  private ErrorRace() {}

  /**
   * A Gaussian's key.
   *
   * @param score above 0
   */
  public static float key(double score, long seed, int step, int n) {
    return (float) (score / CounterRandom.exponential(seed, step, n, DRAW));
  }
}
