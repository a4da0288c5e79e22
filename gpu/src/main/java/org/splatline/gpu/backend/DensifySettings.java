package org.splatline.gpu.backend;

/**
 * One round of adaptive density control.
 *
 * @param growGradient mean norm of d loss / d mean2d, NDC units, from which a Gaussian grows
 * @param cloneMaxScale world units: up to here clone, above split
 * @param pruneOpacity below this a Gaussian goes
 * @param pruneScale world units: above this a Gaussian goes; infinite: none does
 * @param maxGaussians no growth beyond
 * @param seed of the places split Gaussians are drawn at
 * @param step part of the draw
 */
public record DensifySettings(
    float growGradient,
    float cloneMaxScale,
    float pruneOpacity,
    float pruneScale,
    int maxGaussians,
    long seed,
    int step) {

  /** The same but for the cap. */
  public DensifySettings withMaxGaussians(int newMaxGaussians) {
    return new DensifySettings(
        growGradient, cloneMaxScale, pruneOpacity, pruneScale, newMaxGaussians, seed, step);
  }
}
