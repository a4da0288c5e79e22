package org.splatline.gpu.cpu;

import static org.splatline.gpu.backend.SplatConstants.ALPHA_MIN;
import static org.splatline.gpu.backend.SplatConstants.COV2D_DILATION;
import static org.splatline.gpu.backend.SplatConstants.FRUSTUM_SLACK;
import static org.splatline.gpu.backend.SplatConstants.NEAR_PLANE;

import java.util.Arrays;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.ParameterFamily;
import org.splatline.gpu.gaussian.SphericalHarmonics;
import org.splatline.gpu.scene.Camera;
import org.splatline.gpu.scene.Intrinsics;

/**
 * Where each Gaussian lands in a picture, forward and backward: EWA projection (Zwicker et al.
 * 2001; Kerbl et al. 2023, section 4 and appendix A) and its colour from spherical harmonics.
 *
 * <p>A Gaussian is visible when it is finite, in front of the near plane, opaque enough to reach
 * {@code ALPHA_MIN}, and the box around the ellipse where it does overlaps the picture. Arrays are
 * kept and grown from call to call.
 */
final class CpuProject {
  private static final int GRAIN = 512;

  private final Workers workers;

  private int count;
  private int shDegree;
  private double[] rotation;
  private double[] translation;
  private double[] center;
  private Intrinsics intrinsics;

  // [N] each, or as said.
  float[] meansX = {};
  float[] meansY = {};
  float[] depths = {};
  float[] conics = {}; // [N, 3] xx, xy, yy, px⁻²
  float[] extentsX = {}; // px: half the box around the ellipse where alpha reaches ALPHA_MIN
  float[] extentsY = {};
  float[] radii = {}; // px; 0: not visible
  float[] reaches = {}; // squared Mahalanobis distance at which alpha is ALPHA_MIN
  float[] skews = {}; // px a px: how far the ellipse's middle moves from row to row
  float[] narrowings = {}; // px² a px²: what a row's squared half width loses, at most 0
  float[] opacities = {};
  float[] colors = {}; // [N, 3], at least 0

  CpuProject(Workers workers) {
    this.workers = workers;
  }

  /** Overwrites this object's arrays with the projection of {@code gaussians}. */
  void forward(Gaussians gaussians, Camera camera, int degree) {
    count = gaussians.size();
    shDegree = Math.min(degree, gaussians.shDegree());
    rotation = camera.rotation();
    translation = camera.translation();
    center = camera.center();
    intrinsics = camera.intrinsics();
    reserve(count);
    workers.loop(
        count,
        GRAIN,
        (from, until) -> {
          Scratch scratch = new Scratch();
          for (int n = from; n < until; n++) {
            radii[n] = 0;
            if (!projectOne(gaussians, n, scratch)) {
              radii[n] = 0;
            }
          }
        });
  }

  private void reserve(int n) {
    if (radii.length >= n) {
      return;
    }
    int size = n + n / 4;
    meansX = new float[size];
    meansY = new float[size];
    depths = new float[size];
    conics = new float[3 * size];
    extentsX = new float[size];
    extentsY = new float[size];
    radii = new float[size];
    reaches = new float[size];
    skews = new float[size];
    narrowings = new float[size];
    opacities = new float[size];
    colors = new float[3 * size];
  }

  /** One Gaussian's geometry on its way through the projection; one a thread. */
  private static final class Scratch {
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
  }

  private boolean projectOne(Gaussians g, int n, Scratch s) {
    geometry(g, n, s);
    float logit = g.logitOpacities()[n];
    float opacity = 1 / (1 + (float) Math.exp(-logit));
    if (!(s.camZ > NEAR_PLANE) || !(opacity >= ALPHA_MIN)) {
      return false; // also NaN
    }
    covariance2d(s);
    float det = s.cov2dXx * s.cov2dYy - s.cov2dXy * s.cov2dXy;
    if (!(det > 0) || !Float.isFinite(det) || !Float.isFinite(s.cov2dXx + s.cov2dYy)) {
      return false;
    }
    float u = (float) (intrinsics.fx() * (s.camX / s.camZ) + intrinsics.cx());
    float v = (float) (intrinsics.fy() * (s.camY / s.camZ) + intrinsics.cy());
    // alpha >= ALPHA_MIN where the squared Mahalanobis distance is at most this
    float reach = 2 * (float) Math.log(opacity / ALPHA_MIN);
    float extentX = (float) Math.sqrt(reach * s.cov2dXx);
    float extentY = (float) Math.sqrt(reach * s.cov2dYy);
    if (!(u + extentX > 0)
        || !(u - extentX < intrinsics.width())
        || !(v + extentY > 0)
        || !(v - extentY < intrinsics.height())) {
      return false;
    }
    if (!color(g, n, s)) {
      return false;
    }
    meansX[n] = u;
    meansY[n] = v;
    depths[n] = s.camZ;
    conics[3 * n] = s.cov2dYy / det;
    conics[3 * n + 1] = -s.cov2dXy / det;
    conics[3 * n + 2] = s.cov2dXx / det;
    float a = conics[3 * n];
    float b = conics[3 * n + 1];
    reaches[n] = reach;
    skews[n] = -b / a;
    narrowings[n] = (float) (((double) b * b - (double) a * conics[3 * n + 2]) / ((double) a * a));
    extentsX[n] = extentX;
    extentsY[n] = extentY;
    opacities[n] = opacity;
    float mid = 0.5f * (s.cov2dXx + s.cov2dYy);
    float gap = (float) Math.sqrt(Math.max(0, mid * mid - det));
    radii[n] = Math.max(1, (float) Math.ceil(Math.sqrt(reach * (mid + gap))));
    return true;
  }

  /** Camera coordinates, rotation, scales and world covariance. */
  private void geometry(Gaussians g, int n, Scratch s) {
    float x = g.means()[3 * n];
    float y = g.means()[3 * n + 1];
    float z = g.means()[3 * n + 2];
    double[] r = rotation;
    s.camX = (float) (r[0] * x + r[1] * y + r[2] * z + translation[0]);
    s.camY = (float) (r[3] * x + r[4] * y + r[5] * z + translation[1]);
    s.camZ = (float) (r[6] * x + r[7] * y + r[8] * z + translation[2]);

    float[] q = s.quat;
    System.arraycopy(g.quats(), 4 * n, q, 0, 4);
    s.quatNorm = (float) Math.sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3]);
    for (int i = 0; i < 4; i++) {
      q[i] /= s.quatNorm;
    }
    rotationOf(q, s.local);
    for (int i = 0; i < 3; i++) {
      s.scales[i] = (float) Math.exp(g.logScales()[3 * n + i]);
    }
    float[] m = s.local;
    float sx = s.scales[0] * s.scales[0];
    float sy = s.scales[1] * s.scales[1];
    float sz = s.scales[2] * s.scales[2];
    s.cov[0] = m[0] * m[0] * sx + m[1] * m[1] * sy + m[2] * m[2] * sz;
    s.cov[1] = m[0] * m[3] * sx + m[1] * m[4] * sy + m[2] * m[5] * sz;
    s.cov[2] = m[0] * m[6] * sx + m[1] * m[7] * sy + m[2] * m[8] * sz;
    s.cov[3] = m[3] * m[3] * sx + m[4] * m[4] * sy + m[5] * m[5] * sz;
    s.cov[4] = m[3] * m[6] * sx + m[4] * m[7] * sy + m[5] * m[8] * sz;
    s.cov[5] = m[6] * m[6] * sx + m[7] * m[7] * sy + m[8] * m[8] * sz;
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

  /** {@code cov2d = T Σ Tᵀ + dilation}, {@code T = J · R}, J the projection's Jacobian. */
  private void covariance2d(Scratch s) {
    float fx = (float) intrinsics.fx();
    float fy = (float) intrinsics.fy();
    // The Jacobian explodes far off axis: take it at the frustum's edge, with some slack.
    float limitX = FRUSTUM_SLACK * 0.5f * intrinsics.width() / fx;
    float limitY = FRUSTUM_SLACK * 0.5f * intrinsics.height() / fy;
    float x = s.camX / s.camZ;
    float y = s.camY / s.camZ;
    s.slopeX = Math.max(-limitX, Math.min(limitX, x));
    s.slopeY = Math.max(-limitY, Math.min(limitY, y));
    s.clampedX = s.slopeX != x;
    s.clampedY = s.slopeY != y;
    float jx = fx / s.camZ;
    float jy = fy / s.camZ;
    for (int i = 0; i < 3; i++) {
      s.t[i] = jx * ((float) rotation[i] - s.slopeX * (float) rotation[6 + i]);
      s.t[3 + i] = jy * ((float) rotation[3 + i] - s.slopeY * (float) rotation[6 + i]);
    }
    float[] c = s.cov;
    float[] t = s.t;
    float ax = c[0] * t[0] + c[1] * t[1] + c[2] * t[2];
    float ay = c[1] * t[0] + c[3] * t[1] + c[4] * t[2];
    float az = c[2] * t[0] + c[4] * t[1] + c[5] * t[2];
    float bx = c[0] * t[3] + c[1] * t[4] + c[2] * t[5];
    float by = c[1] * t[3] + c[3] * t[4] + c[4] * t[5];
    float bz = c[2] * t[3] + c[4] * t[4] + c[5] * t[5];
    s.cov2dXx = t[0] * ax + t[1] * ay + t[2] * az + COV2D_DILATION;
    s.cov2dXy = t[3] * ax + t[4] * ay + t[5] * az;
    s.cov2dYy = t[3] * bx + t[4] * by + t[5] * bz + COV2D_DILATION;
  }

  /** False when a coefficient, also of a band not in use, or the colour is not finite. */
  private boolean color(Gaussians g, int n, Scratch s) {
    int width = g.width(ParameterFamily.SH_COEFFICIENTS);
    for (int i = n * width; i < (n + 1) * width; i++) {
      if (!Float.isFinite(g.shCoefficients()[i])) {
        return false;
      }
    }
    direction(g, n, s);
    SphericalHarmonics.basis(shDegree, s.direction[0], s.direction[1], s.direction[2], s.basis);
    int k = SphericalHarmonics.count(shDegree);
    int base = n * g.width(ParameterFamily.SH_COEFFICIENTS);
    for (int c = 0; c < 3; c++) {
      float value = 0.5f;
      for (int i = 0; i < k; i++) {
        value += s.basis[i] * g.shCoefficients()[base + 3 * i + c];
      }
      if (!Float.isFinite(value)) {
        return false;
      }
      colors[3 * n + c] = Math.max(0, value);
    }
    return true;
  }

  private void direction(Gaussians g, int n, Scratch s) {
    float x = (float) (g.means()[3 * n] - center[0]);
    float y = (float) (g.means()[3 * n + 1] - center[1]);
    float z = (float) (g.means()[3 * n + 2] - center[2]);
    s.distance = (float) Math.sqrt(x * x + y * y + z * z);
    s.direction[0] = x / s.distance;
    s.direction[1] = y / s.distance;
    s.direction[2] = z / s.distance;
  }

  /**
   * From gradients by what {@link #forward} last wrote to gradients by the parameters.
   *
   * @param screen [N, 9] d loss / d (mean x, y; conic xx, xy, yy; opacity; colour r, g, b); rows of
   *     Gaussians that aren't visible are not read
   * @param gradients overwritten; zero where not visible
   */
  void backward(Gaussians gaussians, float[] screen, Gaussians gradients) {
    workers.loop(
        count,
        GRAIN,
        (from, until) -> {
          Scratch scratch = new Scratch();
          for (int n = from; n < until; n++) {
            backwardOne(gaussians, n, screen, gradients, scratch);
          }
        });
  }

  private void backwardOne(Gaussians g, int n, float[] screen, Gaussians out, Scratch s) {
    clear(out, n);
    if (radii[n] == 0) {
      return;
    }
    geometry(g, n, s);
    covariance2d(s);
    int row = 9 * n;
    float opacity = opacities[n];
    out.logitOpacities()[n] = screen[row + 5] * opacity * (1 - opacity);
    float[] meanGradient = new float[3];
    colorBackward(g, n, screen, out, s, meanGradient);

    // d loss / d cov2d from d loss / d conic: -conicᵀ · G · conic, G symmetric.
    float a = conics[3 * n];
    float b = conics[3 * n + 1];
    float c = conics[3 * n + 2];
    float ga = screen[row + 2];
    float gb = 0.5f * screen[row + 3];
    float gc = screen[row + 4];
    float gXx = -(a * a * ga + 2 * a * b * gb + b * b * gc);
    float gXy = -(a * b * ga + (a * c + b * b) * gb + b * c * gc);
    float gYy = -(b * b * ga + 2 * b * c * gb + c * c * gc);

    covarianceBackward(s, gXx, gXy, gYy, out, n);
    jacobianBackward(s, gXx, gXy, gYy, screen[row], screen[row + 1], meanGradient);
    System.arraycopy(meanGradient, 0, out.means(), 3 * n, 3);
  }

  private static void clear(Gaussians out, int n) {
    for (ParameterFamily family : ParameterFamily.values()) {
      int width = out.width(family);
      Arrays.fill(out.array(family), n * width, (n + 1) * width, 0);
    }
  }

  /** Σ = M Mᵀ with M = local rotation · diag(scales): gradients by scales and quaternion. */
  private static void covarianceBackward(
      Scratch s, float gXx, float gXy, float gYy, Gaussians out, int n) {
    float[] t = s.t;
    // d loss / d Σ = Tᵀ · G · T, symmetric.
    float[] cov = new float[9];
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        cov[3 * i + j] =
            t[i] * (gXx * t[j] + gXy * t[3 + j]) + t[3 + i] * (gXy * t[j] + gYy * t[3 + j]);
      }
    }
    // d loss / d M = 2 · (d loss / d Σ) · M; M's column j is local column j times scale j.
    float[] r = new float[9]; // d loss / d local rotation
    for (int j = 0; j < 3; j++) {
      float scaleGradient = 0;
      for (int i = 0; i < 3; i++) {
        float m =
            2
                * s.scales[j]
                * (cov[3 * i] * s.local[j]
                    + cov[3 * i + 1] * s.local[3 + j]
                    + cov[3 * i + 2] * s.local[6 + j]);
        scaleGradient += m * s.local[3 * i + j];
        r[3 * i + j] = m * s.scales[j];
      }
      out.logScales()[3 * n + j] = scaleGradient * s.scales[j];
    }
    float w = s.quat[0];
    float x = s.quat[1];
    float y = s.quat[2];
    float z = s.quat[3];
    float gw = 2 * (x * (r[7] - r[5]) + y * (r[2] - r[6]) + z * (r[3] - r[1]));
    float gx =
        2 * (y * (r[1] + r[3]) + z * (r[2] + r[6]) + w * (r[7] - r[5]) - 2 * x * (r[4] + r[8]));
    float gy =
        2 * (x * (r[1] + r[3]) + z * (r[5] + r[7]) + w * (r[2] - r[6]) - 2 * y * (r[0] + r[8]));
    float gz =
        2 * (x * (r[2] + r[6]) + y * (r[5] + r[7]) + w * (r[3] - r[1]) - 2 * z * (r[0] + r[4]));
    // Through the normalisation: only what is at right angles to the quaternion counts.
    float along = gw * w + gx * x + gy * y + gz * z;
    out.quats()[4 * n] = (gw - along * w) / s.quatNorm;
    out.quats()[4 * n + 1] = (gx - along * x) / s.quatNorm;
    out.quats()[4 * n + 2] = (gy - along * y) / s.quatNorm;
    out.quats()[4 * n + 3] = (gz - along * z) / s.quatNorm;
  }

  /** Adds to the mean's gradient what comes through its place in the picture and the Jacobian. */
  private void jacobianBackward(
      Scratch s, float gXx, float gXy, float gYy, float gU, float gV, float[] meanGradient) {
    float fx = (float) intrinsics.fx();
    float fy = (float) intrinsics.fy();
    float[] t = s.t;
    float[] c = s.cov;
    // d loss / d T = 2 · G · T · Σ
    float[] g = new float[6];
    for (int row = 0; row < 2; row++) {
      float gx = row == 0 ? gXx : gXy;
      float gy = row == 0 ? gXy : gYy;
      float p = 2 * (gx * t[0] + gy * t[3]);
      float q = 2 * (gx * t[1] + gy * t[4]);
      float r = 2 * (gx * t[2] + gy * t[5]);
      g[3 * row] = p * c[0] + q * c[1] + r * c[2];
      g[3 * row + 1] = p * c[1] + q * c[3] + r * c[4];
      g[3 * row + 2] = p * c[2] + q * c[4] + r * c[5];
    }
    // T's row 0 is fx/z · (R0 - slopeX · R2), row 1 likewise.
    float inverse = 1 / s.camZ;
    float slopeX = 0;
    float slopeY = 0;
    float z = 0;
    for (int i = 0; i < 3; i++) {
      slopeX -= g[i] * fx * inverse * (float) rotation[6 + i];
      slopeY -= g[3 + i] * fy * inverse * (float) rotation[6 + i];
      z -= (g[i] * t[i] + g[3 + i] * t[3 + i]) * inverse;
    }
    // A slope held at the limit doesn't move with x, y or z.
    float camX = gU * fx * inverse + (s.clampedX ? 0 : slopeX * inverse);
    float camY = gV * fy * inverse + (s.clampedY ? 0 : slopeY * inverse);
    float camZ =
        z
            - (gU * fx * s.camX + gV * fy * s.camY) * inverse * inverse
            - (s.clampedX ? 0 : slopeX * s.slopeX * inverse)
            - (s.clampedY ? 0 : slopeY * s.slopeY * inverse);
    for (int i = 0; i < 3; i++) {
      meanGradient[i] +=
          (float) (rotation[i] * camX + rotation[3 + i] * camY + rotation[6 + i] * camZ);
    }
  }

  /** Gradients by the coefficients, and by the mean through the direction it is seen from. */
  private void colorBackward(
      Gaussians g, int n, float[] screen, Gaussians out, Scratch s, float[] meanGradient) {
    direction(g, n, s);
    float[] d = s.direction;
    SphericalHarmonics.basis(shDegree, d[0], d[1], d[2], s.basis);
    SphericalHarmonics.basisGradient(shDegree, d[0], d[1], d[2], s.basisGradient);
    int k = SphericalHarmonics.count(shDegree);
    int base = n * g.width(ParameterFamily.SH_COEFFICIENTS);
    float dx = 0;
    float dy = 0;
    float dz = 0;
    for (int c = 0; c < 3; c++) {
      if (colors[3 * n + c] <= 0) {
        continue; // clamped: the colour doesn't move
      }
      float gradient = screen[9 * n + 6 + c];
      for (int i = 0; i < k; i++) {
        out.shCoefficients()[base + 3 * i + c] = gradient * s.basis[i];
        float share = gradient * g.shCoefficients()[base + 3 * i + c];
        dx += share * s.basisGradient[3 * i];
        dy += share * s.basisGradient[3 * i + 1];
        dz += share * s.basisGradient[3 * i + 2];
      }
    }
    float along = dx * d[0] + dy * d[1] + dz * d[2];
    meanGradient[0] += (dx - along * d[0]) / s.distance;
    meanGradient[1] += (dy - along * d[1]) / s.distance;
    meanGradient[2] += (dz - along * d[2]) / s.distance;
  }
}
