package org.splatline.gpu.backend;

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

  private SplatConstants() {}
}
