package org.splatline.gpu.backend;

import java.util.Locale;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/** The constants that all backends share. {@code kernels/include/splat.cuh} gives the reasons. */
public final class SplatConstants {
  /** Side of a blending tile, px. */
  public static final int TILE_SIZE = 16;

  public static final float ALPHA_MIN = 1.0f / 255.0f;
  public static final float ALPHA_MAX = 0.99f;
  public static final float TRANSMITTANCE_MIN = 1e-4f;

  /** px² added to the diagonal of the 2-D covariance. */
  public static final float COV2D_DILATION = 0.3f;

  /** Smallest ratio of determinants before and after dilation that antialiasing uses. */
  public static final float DETERMINANT_RATIO_MIN = 2.5e-5f;

  /** How far off axis the projection's Jacobian is taken, in half fields of view. */
  public static final float FRUSTUM_SLACK = 1.3f;

  /** Most intersections of one view: (tile, Gaussian) pairs. */
  public static final int INTERSECTIONS_MAX = (1 << 30) - 1;

  /** Most tiles of one picture: 18 bits, 67 megapixels. */
  public static final int TILES_MAX = 1 << 18;

  private SplatConstants() {}

  /** Number of tiles of a picture of this size, px. */
  public static long tiles(int width, int height) {
    return (long) ((width + TILE_SIZE - 1) / TILE_SIZE) * ((height + TILE_SIZE - 1) / TILE_SIZE);
  }

  /**
   * Throws {@link SceneException} TOO_LARGE if a view has more than {@link #INTERSECTIONS_MAX}
   * intersections.
   */
  public static void checkIntersections(long intersections, int numGaussians) {
    if (intersections > INTERSECTIONS_MAX) {
      throw new SceneException(
          Verdict.TOO_LARGE,
          String.format(
              Locale.ROOT,
              "Cannot render %,d Gaussians: in one view they touch more than %,d tiles of %d x %d px, counted for each Gaussian. Raise image.reduce, or lower densify.max-gaussians or densify.max-scale",
              numGaussians,
              INTERSECTIONS_MAX,
              TILE_SIZE,
              TILE_SIZE));
    }
  }
}
