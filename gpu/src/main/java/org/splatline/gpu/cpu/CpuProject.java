package org.splatline.gpu.cpu;

import static org.splatline.gpu.backend.SplatConstants.ALPHA_MIN;

import org.splatline.gpu.backend.RenderSettings;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.ParameterFamily;
import org.splatline.gpu.gaussian.SphericalHarmonics;
import org.splatline.gpu.scene.Camera;

/**
 * Projects Gaussians to a picture ({@link SplatGeometry}) and computes their colours from spherical
 * harmonics.
 *
 * <p>A Gaussian is visible when it is finite, behind the camera's near plane, opaque enough to
 * reach {@code ALPHA_MIN}, and the box around the ellipse where it does overlaps the picture.
 * Arrays are reused from call to call and grow when needed.
 */
final class CpuProject {
  static final int GRAIN = 512;

  private final Workers workers;

  private int shDegree;
  private Camera camera;
  private RenderSettings settings;

  // Shapes are [N] unless given.
  float[] meansX = {};
  float[] meansY = {};
  float[] depths = {};
  float[] conics = {}; // [N, 3] xx, xy, yy, px⁻²
  float[] extentsX = {}; // px: half the box around the ellipse where alpha reaches ALPHA_MIN
  float[] extentsY = {};
  float[] radii = {}; // px; 0: not visible
  float[] reaches = {}; // squared Mahalanobis distance at which alpha is ALPHA_MIN
  float[] skews = {}; // px per px: how far the ellipse's middle moves from row to row
  float[] narrowings = {}; // px² per px²: times dy², added to a squared half width; at most 0
  float[] opacities = {};
  float[] colors = {}; // [N, 3], at least 0

  CpuProject(Workers workers) {
    this.workers = workers;
  }

  /** Overwrites this object's arrays with the projection of {@code gaussians}. */
  void forward(Gaussians gaussians, Camera camera, RenderSettings settings) {
    int count = gaussians.size();
    shDegree = Math.min(settings.shDegree(), gaussians.shDegree());
    this.camera = camera;
    this.settings = settings;
    reserve(count);
    workers.loop(
        count,
        GRAIN,
        (from, until) -> {
          SplatGeometry geometry = geometry();
          for (int n = from; n < until; n++) {
            radii[n] = 0;
            if (!projectOne(gaussians, n, geometry)) {
              radii[n] = 0;
            }
          }
        });
  }

  /** A new scratch object for one Gaussian at a time of the last projection. */
  SplatGeometry geometry() {
    return new SplatGeometry(camera, settings.dilation());
  }

  /** Whether the last projection was antialiased. */
  boolean isAntialiased() {
    return settings.antialiased();
  }

  /** The SH degree of the last projection. */
  int shDegree() {
    return shDegree;
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

  private boolean projectOne(Gaussians g, int n, SplatGeometry s) {
    s.place(g, n);
    float logit = g.logitOpacities()[n];
    float opacity = 1 / (1 + (float) Math.exp(-logit));
    if (!(s.camZ > camera.nearPlane())) {
      return false; // also for NaN
    }
    s.flatten();
    if (settings.antialiased()) {
      opacity *= (float) Math.sqrt(s.ratio);
    }
    if (!(opacity >= ALPHA_MIN)) {
      return false;
    }
    float det = s.cov2dXx * s.cov2dYy - s.cov2dXy * s.cov2dXy;
    if (!(det > 0) || !Float.isFinite(det) || !Float.isFinite(s.cov2dXx + s.cov2dYy)) {
      return false;
    }
    float u = (float) (s.intrinsics.fx() * (s.camX / s.camZ) + s.intrinsics.cx());
    float v = (float) (s.intrinsics.fy() * (s.camY / s.camZ) + s.intrinsics.cy());
    // alpha >= ALPHA_MIN where the squared Mahalanobis distance is at most this
    float reach = 2 * (float) Math.log(opacity / ALPHA_MIN);
    float extentX = (float) Math.sqrt(reach * s.cov2dXx);
    float extentY = (float) Math.sqrt(reach * s.cov2dYy);
    if (!(u + extentX > 0)
        || !(u - extentX < s.intrinsics.width())
        || !(v + extentY > 0)
        || !(v - extentY < s.intrinsics.height())) {
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

  /**
   * Computes the colour. Returns false if the colour or a coefficient is not finite, even one of a
   * band that is not in use.
   */
  private boolean color(Gaussians g, int n, SplatGeometry s) {
    int width = g.width(ParameterFamily.SH_COEFFICIENTS);
    for (int i = n * width; i < (n + 1) * width; i++) {
      if (!Float.isFinite(g.shCoefficients()[i])) {
        return false;
      }
    }
    s.look(g, n);
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
}
