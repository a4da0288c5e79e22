package org.splatline.gpu.cpu;

import java.util.Arrays;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.LearnedMasks;
import org.splatline.gpu.gaussian.ParameterFamily;
import org.splatline.gpu.gaussian.SphericalHarmonics;

/** The backward pass of {@link CpuProject}: from gradients by splats to gradients by parameters. */
final class CpuProjectBackward {
  private final Workers workers;
  private final CpuProject projected;

  CpuProjectBackward(Workers workers, CpuProject projected) {
    this.workers = workers;
    this.projected = projected;
  }

  /**
   * Computes gradients by the parameters from gradients by what {@link CpuProject#forward} wrote
   * last.
   *
   * @param screen [N, 9] d loss / d (mean x, y; conic xx, xy, yy; opacity; colour r, g, b); only
   *     rows of visible Gaussians are read
   * @param gradients overwritten; zero where not visible
   */
  void backward(Gaussians gaussians, float[] screen, Gaussians gradients) {
    workers.loop(
        gaussians.size(),
        CpuProject.GRAIN,
        (from, until) -> {
          SplatGeometry geometry = projected.geometry();
          for (int n = from; n < until; n++) {
            backwardOne(gaussians, n, screen, gradients, geometry);
          }
        });
  }

  private void backwardOne(Gaussians g, int n, float[] screen, Gaussians out, SplatGeometry s) {
    clear(out, n);
    if (projected.radii[n] == 0) {
      return;
    }
    s.place(g, n);
    s.flatten();
    int row = 9 * n;
    float opacity = 1 / (1 + (float) Math.exp(-g.logitOpacities()[n]));
    float byLogOpacity = screen[row + 5] * projected.opacities[n];
    out.logitOpacities()[n] = byLogOpacity * (1 - opacity);
    float[] meanGradient = new float[3];
    colorBackward(g, n, screen, out, s, meanGradient);

    // d loss / d cov2d from d loss / d conic: -conicᵀ · G · conic, G symmetric.
    float a = projected.conics[3 * n];
    float b = projected.conics[3 * n + 1];
    float c = projected.conics[3 * n + 2];
    float ga = screen[row + 2];
    float gb = 0.5f * screen[row + 3];
    float gc = screen[row + 4];
    float gXx = -(a * a * ga + 2 * a * b * gb + b * b * gc);
    float gXy = -(a * b * ga + (a * c + b * b) * gb + b * c * gc);
    float gYy = -(b * b * ga + 2 * b * c * gb + c * c * gc);

    if (projected.isAntialiased() && !s.ratioHeld) {
      // half the log of det / dilated det is added to the log of the opacity
      float det = s.cov2dXx * s.cov2dYy - s.cov2dXy * s.cov2dXy;
      float byDet = 0.5f * byLogOpacity / (s.ratio * det);
      float byDilatedDet = 0.5f * byLogOpacity / det;
      gXx += byDet * (s.cov2dYy - s.dilation) - byDilatedDet * s.cov2dYy;
      gXy -= (byDet - byDilatedDet) * s.cov2dXy;
      gYy += byDet * (s.cov2dXx - s.dilation) - byDilatedDet * s.cov2dXx;
    }
    covarianceBackward(s, gXx, gXy, gYy, out, n);
    jacobianBackward(s, gXx, gXy, gYy, screen[row], screen[row + 1], meanGradient);
    System.arraycopy(meanGradient, 0, out.means(), 3 * n, 3);
    if (g.hasMasks()) {
      maskBackward(g, n, byLogOpacity, out);
    }
  }

  /**
   * Computes d loss / d mask logit, through the sigmoid, from the gradients by the parameters. At M
   * = 1, the volume's d loss / d M has two parts. The first is opacity · d loss / d opacity, which
   * equals d loss / d log opacity, whatever factor antialiasing multiplies the opacity by. The
   * second is scale · d loss / d scale, summed over the axes; it includes the dilation, which is
   * applied after M. A band's d loss / d M is the sum of its coefficients times their gradients.
   */
  private static void maskBackward(Gaussians g, int n, float byLogOpacity, Gaussians out) {
    float[] s = out.logScales();
    int row = n * LearnedMasks.WIDTH;
    out.maskLogits()[row + LearnedMasks.VOLUME] =
        byLogOpacity + s[3 * n] + s[3 * n + 1] + s[3 * n + 2];
    int sh = n * g.width(ParameterFamily.SH_COEFFICIENTS);
    for (int band = 1; band <= g.shDegree(); band++) {
      float sum = 0;
      int until = sh + 3 * SphericalHarmonics.count(band);
      for (int i = sh + 3 * SphericalHarmonics.count(band - 1); i < until; i++) {
        sum += g.shCoefficients()[i] * out.shCoefficients()[i];
      }
      out.maskLogits()[row + band] = sum;
    }
    for (int i = row; i < row + LearnedMasks.WIDTH; i++) {
      out.maskLogits()[i] = CpuMasks.throughSigmoid(out.maskLogits()[i], g.maskLogits()[i]);
    }
  }

  private static void clear(Gaussians out, int n) {
    for (ParameterFamily family : ParameterFamily.values()) {
      int width = out.width(family);
      Arrays.fill(out.array(family), n * width, (n + 1) * width, 0);
    }
  }

  /**
   * Computes gradients by scales and quaternion: Σ = M Mᵀ with M = local rotation · diag(scales).
   */
  private static void covarianceBackward(
      SplatGeometry s, float gXx, float gXy, float gYy, Gaussians out, int n) {
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
    // Through the normalisation: only the part at right angles to the quaternion counts.
    float along = gw * w + gx * x + gy * y + gz * z;
    out.quats()[4 * n] = (gw - along * w) / s.quatNorm;
    out.quats()[4 * n + 1] = (gx - along * x) / s.quatNorm;
    out.quats()[4 * n + 2] = (gy - along * y) / s.quatNorm;
    out.quats()[4 * n + 3] = (gz - along * z) / s.quatNorm;
  }

  /**
   * Adds the part of the mean's gradient that comes through its place in the picture and the
   * Jacobian.
   */
  private void jacobianBackward(
      SplatGeometry s, float gXx, float gXy, float gYy, float gU, float gV, float[] meanGradient) {
    float fx = (float) s.intrinsics.fx();
    float fy = (float) s.intrinsics.fy();
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
    // T's row 0 is fx/z · (R0 - slopeX · R2); row 1 is the same with fy, R1 and slopeY.
    float inverse = 1 / s.camZ;
    float slopeX = 0;
    float slopeY = 0;
    float z = 0;
    for (int i = 0; i < 3; i++) {
      slopeX -= g[i] * fx * inverse * (float) s.rotation[6 + i];
      slopeY -= g[3 + i] * fy * inverse * (float) s.rotation[6 + i];
      z -= (g[i] * t[i] + g[3 + i] * t[3 + i]) * inverse;
    }
    // A clamped slope does not depend on x, y or z.
    float camX = gU * fx * inverse + (s.clampedX ? 0 : slopeX * inverse);
    float camY = gV * fy * inverse + (s.clampedY ? 0 : slopeY * inverse);
    float camZ =
        z
            - (gU * fx * s.camX + gV * fy * s.camY) * inverse * inverse
            - (s.clampedX ? 0 : slopeX * s.slopeX * inverse)
            - (s.clampedY ? 0 : slopeY * s.slopeY * inverse);
    for (int i = 0; i < 3; i++) {
      meanGradient[i] +=
          (float) (s.rotation[i] * camX + s.rotation[3 + i] * camY + s.rotation[6 + i] * camZ);
    }
  }

  /** Computes gradients by the coefficients, and by the mean through the viewing direction. */
  private void colorBackward(
      Gaussians g, int n, float[] screen, Gaussians out, SplatGeometry s, float[] meanGradient) {
    s.look(g, n);
    float[] d = s.direction;
    SphericalHarmonics.basis(projected.shDegree(), d[0], d[1], d[2], s.basis);
    SphericalHarmonics.basisGradient(projected.shDegree(), d[0], d[1], d[2], s.basisGradient);
    int k = SphericalHarmonics.count(projected.shDegree());
    int base = n * g.width(ParameterFamily.SH_COEFFICIENTS);
    float dx = 0;
    float dy = 0;
    float dz = 0;
    for (int c = 0; c < 3; c++) {
      if (projected.colors[3 * n + c] <= 0) {
        continue; // clamped: the colour is constant
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
