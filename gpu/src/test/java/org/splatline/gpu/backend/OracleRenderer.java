package org.splatline.gpu.backend;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.ParameterFamily;
import org.splatline.gpu.scene.Camera;

/**
 * Defines a picture and its loss, in double and in the plainest way: each pixel visits all
 * Gaussians from near to far, and SSIM sums its window at each pixel. This class shares no code
 * with what it checks.
 */
final class OracleRenderer {
  private final double[] means;
  private final double[] quats;
  private final double[] logScales;
  private final double[] logits;
  private final double[] sh;
  private final double[] masks;
  private final int bands;
  private final int count;

  /** Copies the parameters as doubles. Change them through {@link #parameters}. */
  OracleRenderer(Gaussians g) {
    means = doubles(g.means());
    quats = doubles(g.quats());
    logScales = doubles(g.logScales());
    logits = doubles(g.logitOpacities());
    sh = doubles(g.shCoefficients());
    bands = (g.shDegree() + 1) * (g.shDegree() + 1);
    count = g.size();
    masks = new double[4 * count];
    Arrays.fill(masks, 1);
  }

  private static double[] doubles(float[] floats) {
    return IntStream.range(0, floats.length).mapToDouble(i -> floats[i]).toArray();
  }

  /**
   * A family's values, which may be changed in place. For masks these are not the logits but M, [N,
   * 4], all 1.
   */
  double[] parameters(ParameterFamily family) {
    return switch (family) {
      case MEANS -> means;
      case QUATS -> quats;
      case LOG_SCALES -> logScales;
      case LOGIT_OPACITIES -> logits;
      case SH_COEFFICIENTS -> sh;
      case MASK_LOGITS -> masks;
    };
  }

  /** A Gaussian projected to the picture. */
  record Projected(
      boolean visible,
      double u,
      double v,
      double depth,
      double[] conic,
      double opacity,
      double[] color) {}

  Projected project(int n, Camera camera, RenderSettings settings) {
    double[] r = camera.rotation();
    double[] t = camera.translation();
    double[] p = new double[3];
    for (int i = 0; i < 3; i++) {
      p[i] = t[i];
      for (int j = 0; j < 3; j++) {
        p[i] += r[3 * i + j] * means[3 * n + j];
      }
    }
    var k = camera.intrinsics();
    double opacity = masks[4 * n] / (1 + Math.exp(-logits[n]));
    if (p[2] <= camera.nearPlane() || opacity < 1 / 255.0) {
      return new Projected(false, 0, 0, p[2], null, opacity, null);
    }
    double limitX = 1.3 * 0.5 * k.width() / k.fx();
    double limitY = 1.3 * 0.5 * k.height() / k.fy();
    double x = Math.max(-limitX, Math.min(limitX, p[0] / p[2]));
    double y = Math.max(-limitY, Math.min(limitY, p[1] / p[2]));
    double[][] jacobian = {
      {k.fx() / p[2], 0, -k.fx() * x / p[2]}, {0, k.fy() / p[2], -k.fy() * y / p[2]}
    };
    double[][] rotation = {
      Arrays.copyOfRange(r, 0, 3), Arrays.copyOfRange(r, 3, 6), Arrays.copyOfRange(r, 6, 9)
    };
    double[][] m = multiply(jacobian, rotation);
    double[][] cov = multiply(multiply(m, covariance(n)), transpose(m));
    double b = cov[0][1];
    double a = cov[0][0] + settings.dilation();
    double c = cov[1][1] + settings.dilation();
    double det = a * c - b * b;
    if (settings.antialiased()) {
      double before = cov[0][0] * cov[1][1] - b * b;
      opacity *= Math.sqrt(Math.max(2.5e-5, before / det));
      if (opacity < 1 / 255.0) {
        return new Projected(false, 0, 0, p[2], null, opacity, null);
      }
    }
    return new Projected(
        true,
        k.fx() * p[0] / p[2] + k.cx(),
        k.fy() * p[1] / p[2] + k.cy(),
        p[2],
        new double[] {c / det, -b / det, a / det},
        opacity,
        color(n, camera.center(), settings.shDegree()));
  }

  private double[][] covariance(int n) {
    double w = quats[4 * n];
    double x = quats[4 * n + 1];
    double y = quats[4 * n + 2];
    double z = quats[4 * n + 3];
    double s = 2 / (w * w + x * x + y * y + z * z);
    double[][] r = {
      {1 - s * (y * y + z * z), s * (x * y - w * z), s * (x * z + w * y)},
      {s * (x * y + w * z), 1 - s * (x * x + z * z), s * (y * z - w * x)},
      {s * (x * z - w * y), s * (y * z + w * x), 1 - s * (x * x + y * y)}
    };
    double[][] scaled = new double[3][3];
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        scaled[i][j] = r[i][j] * masks[4 * n] * Math.exp(logScales[3 * n + j]);
      }
    }
    return multiply(scaled, transpose(scaled));
  }

  private double[] color(int n, double[] eye, int degree) {
    double x = means[3 * n] - eye[0];
    double y = means[3 * n + 1] - eye[1];
    double z = means[3 * n + 2] - eye[2];
    double length = Math.sqrt(x * x + y * y + z * z);
    double[] basis = basis(x / length, y / length, z / length);
    double[] color = new double[3];
    for (int c = 0; c < 3; c++) {
      color[c] = 0.5;
      for (int i = 0; i < Math.min(bands, (degree + 1) * (degree + 1)); i++) {
        double mask = i == 0 ? 1 : masks[4 * n + (int) Math.sqrt(i)];
        color[c] += basis[i] * mask * sh[(n * bands + i) * 3 + c];
      }
      color[c] = Math.max(0, color[c]);
    }
    return color;
  }

  /** The basis by its definition: normalised associated Legendre functions, written out. */
  private static double[] basis(double x, double y, double z) {
    double pi = Math.PI;
    return new double[] {
      Math.sqrt(1 / (4 * pi)),
      -Math.sqrt(3 / (4 * pi)) * y,
      Math.sqrt(3 / (4 * pi)) * z,
      -Math.sqrt(3 / (4 * pi)) * x,
      Math.sqrt(15 / (4 * pi)) * x * y,
      -Math.sqrt(15 / (4 * pi)) * y * z,
      Math.sqrt(5 / (16 * pi)) * (2 * z * z - x * x - y * y),
      -Math.sqrt(15 / (4 * pi)) * x * z,
      Math.sqrt(15 / (16 * pi)) * (x * x - y * y),
      -Math.sqrt(35 / (32 * pi)) * y * (3 * x * x - y * y),
      Math.sqrt(105 / (4 * pi)) * x * y * z,
      -Math.sqrt(21 / (32 * pi)) * y * (4 * z * z - x * x - y * y),
      Math.sqrt(7 / (16 * pi)) * z * (2 * z * z - 3 * x * x - 3 * y * y),
      -Math.sqrt(21 / (32 * pi)) * x * (4 * z * z - x * x - y * y),
      Math.sqrt(105 / (16 * pi)) * z * (x * x - y * y),
      -Math.sqrt(35 / (32 * pi)) * x * (x * x - 3 * y * y)
    };
  }

  private static double[][] multiply(double[][] a, double[][] b) {
    double[][] product = new double[a.length][b[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < b[0].length; j++) {
        for (int k = 0; k < b.length; k++) {
          product[i][j] += a[i][k] * b[k][j];
        }
      }
    }
    return product;
  }

  private static double[][] transpose(double[][] a) {
    double[][] result = new double[a[0].length][a.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[0].length; j++) {
        result[j][i] = a[i][j];
      }
    }
    return result;
  }

  /** The picture, [H, W, 3]. */
  double[] render(Camera camera, RenderSettings settings) {
    return render(camera, settings, new double[count]);
  }

  /**
   * The picture. Adds each Gaussian's opacity times the transmittance before it to {@code shown}.
   */
  double[] render(Camera camera, RenderSettings settings, double[] shown) {
    return render(
        camera, settings, (n, pixel, opacity, alpha, before) -> shown[n] += opacity * before);
  }

  /** Takes each Gaussian that a pixel of [H, W] blends, and the transmittance before it. */
  interface Blended {
    void take(int n, int pixel, double opacity, double alpha, double before);
  }

  /** The picture. {@code blended} takes what each pixel blends, from near to far. */
  double[] render(Camera camera, RenderSettings settings, Blended blended) {
    Projected[] all =
        IntStream.range(0, count)
            .mapToObj(n -> project(n, camera, settings))
            .toArray(Projected[]::new);
    int[] nearToFar =
        IntStream.range(0, count)
            .filter(n -> all[n].visible())
            .boxed()
            .sorted(Comparator.comparingDouble(n -> all[n].depth()))
            .mapToInt(n -> n)
            .toArray();
    int width = camera.intrinsics().width();
    int height = camera.intrinsics().height();
    double[] image = new double[3 * width * height];
    double[] background = {settings.red(), settings.green(), settings.blue()};
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int pixel = 3 * (y * width + x);
        double transmittance = 1;
        for (int n : nearToFar) {
          Projected p = all[n];
          double dx = x + 0.5 - p.u();
          double dy = y + 0.5 - p.v();
          double distance =
              p.conic()[0] * dx * dx + 2 * p.conic()[1] * dx * dy + p.conic()[2] * dy * dy;
          double alpha = Math.min(0.99, p.opacity() * Math.exp(-distance / 2));
          if (alpha < 1 / 255.0) {
            continue;
          }
          if (transmittance * (1 - alpha) < 1e-4) {
            break;
          }
          blended.take(n, pixel / 3, p.opacity(), alpha, transmittance);
          for (int c = 0; c < 3; c++) {
            image[pixel + c] += p.color()[c] * alpha * transmittance;
          }
          transmittance *= 1 - alpha;
        }
        for (int c = 0; c < 3; c++) {
          image[pixel + c] += transmittance * background[c];
        }
      }
    }
    return image;
  }

  /**
   * A picture blurred by a Gaussian window that is cut off at {@code radius} px and at the border.
   */
  static double[] blur(double[] picture, int width, int height, int radius, double sigma) {
    double[] blurred = new double[picture.length];
    for (int i = 0; i < picture.length; i++) {
      int column = i / 3 % width;
      int row = i / 3 / width;
      double total = 0;
      for (int y = Math.max(0, row - radius); y <= Math.min(height - 1, row + radius); y++) {
        for (int x = Math.max(0, column - radius); x <= Math.min(width - 1, column + radius); x++) {
          double squared = (x - column) * (x - column) + (y - row) * (y - row);
          double weight = Math.exp(-squared / (2 * sigma * sigma));
          blurred[i] += weight * picture[3 * (y * width + x) + i % 3];
          total += weight;
        }
      }
      blurred[i] /= total;
    }
    return blurred;
  }

  /** (1 - w) L1 + w (1 - SSIM) of two [H, W, 3] pictures. */
  static double loss(double[] x, double[] y, int width, int height, double ssimWeight) {
    double l1 = 0;
    double ssim = 0;
    for (int i = 0; i < x.length; i++) {
      l1 += Math.abs(x[i] - y[i]) / x.length;
      int channel = i % 3;
      int column = i / 3 % width;
      int row = i / 3 / width;
      ssim += ssimAt(x, y, width, height, row, column, channel) / x.length;
    }
    return (1 - ssimWeight) * l1 + ssimWeight * (1 - ssim);
  }

  private static double ssimAt(
      double[] x, double[] y, int width, int height, int row, int column, int channel) {
    double total = 0;
    for (int i = -5; i <= 5; i++) {
      for (int j = -5; j <= 5; j++) {
        total += Math.exp(-(i * i + j * j) / 4.5);
      }
    }
    double mx = 0;
    double my = 0;
    double xx = 0;
    double yy = 0;
    double xy = 0;
    for (int i = -5; i <= 5; i++) {
      for (int j = -5; j <= 5; j++) {
        if (row + i < 0 || row + i >= height || column + j < 0 || column + j >= width) {
          continue;
        }
        double weight = Math.exp(-(i * i + j * j) / 4.5) / total;
        int at = 3 * ((row + i) * width + column + j) + channel;
        mx += weight * x[at];
        my += weight * y[at];
        xx += weight * x[at] * x[at];
        yy += weight * y[at] * y[at];
        xy += weight * x[at] * y[at];
      }
    }
    return (2 * mx * my + 1e-4)
        * (2 * (xy - mx * my) + 9e-4)
        / ((mx * mx + my * my + 1e-4) * (xx - mx * mx + yy - my * my + 9e-4));
  }
}
