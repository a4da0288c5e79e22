package org.splatline.gpu.cpu;

import static org.splatline.gpu.backend.SplatConstants.DETERMINANT_RATIO_MIN;
import static org.splatline.gpu.backend.SplatConstants.FRUSTUM_SLACK;

import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.scene.Camera;
import org.splatline.gpu.scene.Intrinsics;

/**
 * One Gaussian at a time as a camera sees it: EWA projection (Zwicker et al. 2001; Kerbl et al.
 * 2023, section 4 and appendix A). The object is reused for the next Gaussian; each thread has its
 * own.
 */
final class SplatGeometry {
  final double[] rotation; // world to camera
  private final double[] translation;
  private final double[] center;
  final Intrinsics intrinsics;

  // Camera coordinates.
  float camX;
  float camY;
  float camZ;
  // Camera coordinates over depth, clamped to FRUSTUM_SLACK for the Jacobian.
  float slopeX;
  float slopeY;
  boolean clampedX;
  boolean clampedY;
  final float[] quat = new float[4]; // normalised
  float quatNorm;
  final float[] local = new float[9]; // local to world rotation
  final float[] scales = new float[3];
  final float[] cov = new float[6]; // world covariance, upper triangle
  final float[] t = new float[6]; // [2, 3] Jacobian times camera rotation
  float cov2dXx;
  float cov2dXy;
  float cov2dYy;
  final float[] basis = new float[16];
  final float[] basisGradient = new float[48];
  final float[] direction = new float[3];
  float distance;

  final float dilation; // px²
  float ratio; // of cov2d's determinants before and after dilation, clamped below
  boolean ratioHeld;

  SplatGeometry(Camera camera, float dilation) {
    this.dilation = dilation;
    rotation = camera.rotation();
    translation = camera.translation();
    center = camera.center();
    intrinsics = camera.intrinsics();
  }

  /** Computes camera coordinates, rotation, scales and world covariance. */
  void place(Gaussians g, int n) {
    float x = g.means()[3 * n];
    float y = g.means()[3 * n + 1];
    float z = g.means()[3 * n + 2];
    double[] r = rotation;
    camX = (float) (r[0] * x + r[1] * y + r[2] * z + translation[0]);
    camY = (float) (r[3] * x + r[4] * y + r[5] * z + translation[1]);
    camZ = (float) (r[6] * x + r[7] * y + r[8] * z + translation[2]);

    float[] q = quat;
    System.arraycopy(g.quats(), 4 * n, q, 0, 4);
    quatNorm = (float) Math.sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3]);
    for (int i = 0; i < 4; i++) {
      q[i] /= quatNorm;
    }
    rotationOf(q, local);
    for (int i = 0; i < 3; i++) {
      scales[i] = (float) Math.exp(g.logScales()[3 * n + i]);
    }
    float[] m = local;
    float sx = scales[0] * scales[0];
    float sy = scales[1] * scales[1];
    float sz = scales[2] * scales[2];
    cov[0] = m[0] * m[0] * sx + m[1] * m[1] * sy + m[2] * m[2] * sz;
    cov[1] = m[0] * m[3] * sx + m[1] * m[4] * sy + m[2] * m[5] * sz;
    cov[2] = m[0] * m[6] * sx + m[1] * m[7] * sy + m[2] * m[8] * sz;
    cov[3] = m[3] * m[3] * sx + m[4] * m[4] * sy + m[5] * m[5] * sz;
    cov[4] = m[3] * m[6] * sx + m[4] * m[7] * sy + m[5] * m[8] * sz;
    cov[5] = m[6] * m[6] * sx + m[7] * m[7] * sy + m[8] * m[8] * sz;
  }

  private static void rotationOf(float[] q, float[] m) {
    float w = q[0];
    float x = q[1];
    float y = q[2];
    float z = q[3];
    m[0] = 1 - 2 * (y * y + z * z);
    m[1] = 2 * (x * y - w * z);
    m[2] = 2 * (x * z + w * y);
    m[3] = 2 * (x * y + w * z);
    m[4] = 1 - 2 * (x * x + z * z);
    m[5] = 2 * (y * z - w * x);
    m[6] = 2 * (x * z - w * y);
    m[7] = 2 * (y * z + w * x);
    m[8] = 1 - 2 * (x * x + y * y);
  }

  /**
   * Computes the 2-D covariance, after {@link #place}: {@code cov2d = T Σ Tᵀ + dilation}, {@code T
   * = J · R}, J the projection's Jacobian.
   */
  void flatten() {
    float fx = (float) intrinsics.fx();
    float fy = (float) intrinsics.fy();
    // The Jacobian explodes far off axis: take it at the frustum's edge, with some slack.
    float limitX = FRUSTUM_SLACK * 0.5f * intrinsics.width() / fx;
    float limitY = FRUSTUM_SLACK * 0.5f * intrinsics.height() / fy;
    float x = camX / camZ;
    float y = camY / camZ;
    slopeX = Math.max(-limitX, Math.min(limitX, x));
    slopeY = Math.max(-limitY, Math.min(limitY, y));
    clampedX = slopeX != x;
    clampedY = slopeY != y;
    float jx = fx / camZ;
    float jy = fy / camZ;
    for (int i = 0; i < 3; i++) {
      t[i] = jx * ((float) rotation[i] - slopeX * (float) rotation[6 + i]);
      t[3 + i] = jy * ((float) rotation[3 + i] - slopeY * (float) rotation[6 + i]);
    }
    float[] c = cov;
    float ax = c[0] * t[0] + c[1] * t[1] + c[2] * t[2];
    float ay = c[1] * t[0] + c[3] * t[1] + c[4] * t[2];
    float az = c[2] * t[0] + c[4] * t[1] + c[5] * t[2];
    float bx = c[0] * t[3] + c[1] * t[4] + c[2] * t[5];
    float by = c[1] * t[3] + c[3] * t[4] + c[4] * t[5];
    float bz = c[2] * t[3] + c[4] * t[4] + c[5] * t[5];
    float xx = t[0] * ax + t[1] * ay + t[2] * az;
    cov2dXy = t[3] * ax + t[4] * ay + t[5] * az;
    float yy = t[3] * bx + t[4] * by + t[5] * bz;
    cov2dXx = xx + dilation;
    cov2dYy = yy + dilation;
    double squared = (double) cov2dXy * cov2dXy;
    double before = (double) xx * yy - squared;
    double after = (double) cov2dXx * cov2dYy - squared;
    ratio = (float) (before / after);
    ratioHeld = !(ratio > DETERMINANT_RATIO_MIN);
    ratio = Math.max(DETERMINANT_RATIO_MIN, ratio);
  }

  /** Computes the viewing direction, from the camera to the Gaussian. */
  void look(Gaussians g, int n) {
    float x = (float) (g.means()[3 * n] - center[0]);
    float y = (float) (g.means()[3 * n + 1] - center[1]);
    float z = (float) (g.means()[3 * n + 2] - center[2]);
    distance = (float) Math.sqrt(x * x + y * y + z * z);
    direction[0] = x / distance;
    direction[1] = y / distance;
    direction[2] = z / distance;
  }
}
