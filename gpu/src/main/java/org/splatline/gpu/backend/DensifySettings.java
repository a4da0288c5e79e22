package org.splatline.gpu.backend;

/**
 * One round of adaptive density control.
 *
 * @param growGradient mean norm of d loss / d mean2d, in NDC units, from which on a Gaussian grows
 * @param cloneMaxScale world units; a growing Gaussian up to this scale is cloned, a larger one is
 *     split
 * @param pruneOpacity Gaussians below this opacity are pruned
 * @param pruneScale world units; larger Gaussians are pruned; infinite: none are
 * @param far how {@code pruneScale} grows with distance
 * @param maxGaussians growth stops at this number
 * @param seed of the random places of split Gaussians
 * @param step also part of the seed of the random places
 */
public record DensifySettings(
    float growGradient,
    float cloneMaxScale,
    float pruneOpacity,
    float pruneScale,
    FarLimits far,
    int maxGaussians,
    long seed,
    int step) {

  /** With the same {@code pruneScale} everywhere. */
  public DensifySettings(
      float growGradient,
      float cloneMaxScale,
      float pruneOpacity,
      float pruneScale,
      int maxGaussians,
      long seed,
      int step) {
    this(
        growGradient,
        cloneMaxScale,
        pruneOpacity,
        pruneScale,
        FarLimits.NONE,
        maxGaussians,
        seed,
        step);
  }

  /** These settings with other limits far away. */
  public DensifySettings withFar(FarLimits newFar) {
    return new DensifySettings(
        growGradient, cloneMaxScale, pruneOpacity, pruneScale, newFar, maxGaussians, seed, step);
  }

  /** These settings with another maximum number of Gaussians. */
  public DensifySettings withMaxGaussians(int newMaxGaussians) {
    return new DensifySettings(
        growGradient, cloneMaxScale, pruneOpacity, pruneScale, far, newMaxGaussians, seed, step);
  }
}
