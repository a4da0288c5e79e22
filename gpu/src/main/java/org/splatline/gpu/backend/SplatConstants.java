package org.splatline.gpu.backend;

/** What every backend agrees on. The reasons stand in {@code kernels/include/splat.cuh}. */
public final class SplatConstants {
  /** Side of a blending tile, px. */
  public static final int TILE_SIZE = 16;

  public static final float ALPHA_MIN = 1.0f / 255.0f;
  public static final float ALPHA_MAX = 0.99f;
  public static final float TRANSMITTANCE_MIN = 1e-4f;

  /** Camera z, world units. */
  public static final float NEAR_PLANE = 0.2f;

  /** px² on the diagonal of the 2-D covariance. */
  public static final float COV2D_DILATION = 0.3f;

  /** Least ratio of determinants before and after dilation that antialiasing reckons with. */
  public static final float DETERMINANT_RATIO_MIN = 2.5e-5f;

  /** Times the half field of view. */
  public static final float FRUSTUM_SLACK = 1.3f;

  private SplatConstants() {}
}
