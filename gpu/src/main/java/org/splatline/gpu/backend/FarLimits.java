package org.splatline.gpu.backend;

import static org.splatline.gpu.Checks.checkArgument;

/**
 * How the largest scale that is not pruned grows with distance: at distance d from the middle of
 * the cameras it is multiplied by max(1, d / extent). So Gaussians of the sky and of a far
 * background may look as large in a picture as those of the scene.
 *
 * @param x middle of the cameras, world units
 * @param y as {@code x}
 * @param z as {@code x}
 * @param extent of the scene, world units; infinite: the limit is the same everywhere
 */
public record FarLimits(float x, float y, float z, float extent) {
  /** The same limit everywhere. */
  public static final FarLimits NONE = new FarLimits(0, 0, 0, Float.POSITIVE_INFINITY);

  public FarLimits {
    checkArgument(extent > 0, "Invalid extent: %s is not above 0", extent);
  }
}
