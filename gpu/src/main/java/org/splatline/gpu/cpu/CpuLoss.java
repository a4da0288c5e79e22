package org.splatline.gpu.cpu;

import java.util.Arrays;
import org.splatline.gpu.picture.FloatImage;
import org.splatline.gpu.picture.Picture;

/**
 * The training loss and its gradient: {@code (1 - w) L1 + w (1 - SSIM)} (Kerbl et al. 2023, section
 * 5), SSIM with an 11x11 Gaussian window, σ 1.5, zero-padded (Wang et al. 2004). Each row is summed
 * in double, then the rows are: the sums do not depend on the number of threads.
 */
final class CpuLoss {
  private static final int RADIUS = 5;
  private static final float C1 = 0.01f * 0.01f;
  private static final float C2 = 0.03f * 0.03f;
  private static final float[] WINDOW = window();

  private final Workers workers;

  private int width;
  private int height;
  private float[] scratch = {}; // [H, W, 3]
  private float[][] moments = {}; // means of x, y, x², y², xy over the window, [H, W, 3] each
  private double[] rowL1 = {};
  private double[] rowSsim = {};
  private double[] rowSquares = {};
  private float[] gradient = {};

  CpuLoss(Workers workers) {
    this.workers = workers;
  }

  private static float[] window() {
    double[] weights = new double[2 * RADIUS + 1];
    for (int i = -RADIUS; i <= RADIUS; i++) {
      weights[i + RADIUS] = Math.exp(-i * i / (2 * 1.5 * 1.5));
    }
    double sum = Arrays.stream(weights).sum();
    float[] window = new float[weights.length];
    for (int i = 0; i < window.length; i++) {
      window[i] = (float) (weights[i] / sum);
    }
    return window;
  }

  /**
   * One comparison.
   *
   * @param loss (1 - w) L1 + w (1 - SSIM)
   * @param meanSquaredError of the rendered picture clamped to [0, 1], over pixels that count
   * @param gradient [H, W, 3] d loss / d rendered; valid until the next call
   */
  record Result(double loss, double meanSquaredError, float[] gradient) {}

  /**
   * Compares two pictures. {@code picture} says which pixels count; at the others, {@code target}
   * equals {@code rendered}.
   */
  Result of(FloatImage rendered, FloatImage target, Picture picture, float ssimWeight) {
    reserve(rendered.width(), rendered.height());
    float[] x = rendered.rgb();
    float[] y = target.rgb();
    int values = 3 * width * height;
    float l1Share = (1 - ssimWeight) / values;
    workers.loop(height, 8, (from, until) -> l1(x, y, picture, from, until, l1Share));
    Arrays.fill(rowSsim, 0);
    if (ssimWeight > 0) {
      ssim(x, y, -ssimWeight / values);
    }
    double l1 = Arrays.stream(rowL1).sum() / values;
    double ssim = Arrays.stream(rowSsim).sum() / values;
    if (picture.isMasked()) {
      workers.loop(height, 8, (from, until) -> ignore(picture, from, until));
    }
    double squares = Arrays.stream(rowSquares).sum() / Math.max(1, 3 * picture.counted());
    double loss = (1 - ssimWeight) * l1 + (ssimWeight > 0 ? ssimWeight * (1 - ssim) : 0);
    return new Result(loss, squares, gradient);
  }

  /**
   * The error of each pixel: the mean over its channels of |rendered - target|, at most 1; 0 if it
   * is not above {@code gate}. Where a pixel is ignored, {@code target} equals {@code rendered}.
   *
   * @return [H, W]
   */
  static float[] errors(FloatImage rendered, FloatImage target, float gate) {
    float[] x = rendered.rgb();
    float[] y = target.rgb();
    float[] errors = new float[rendered.width() * rendered.height()];
    for (int p = 0; p < errors.length; p++) {
      float sum = 0;
      for (int i = 3 * p; i < 3 * p + 3; i++) {
        sum += Math.abs(x[i] - y[i]);
      }
      float error = sum / 3;
      errors[p] = error > gate ? Math.min(error, 1) : 0;
    }
    return errors;
  }

  private void reserve(int newWidth, int newHeight) {
    if (width == newWidth && height == newHeight) {
      return;
    }
    width = newWidth;
    height = newHeight;
    int values = 3 * width * height;
    scratch = new float[values];
    moments = new float[5][values];
    gradient = new float[values];
    rowL1 = new double[height];
    rowSsim = new double[height];
    rowSquares = new double[height];
  }

  private void l1(float[] x, float[] y, Picture picture, int from, int until, float share) {
    for (int row = from; row < until; row++) {
      double sum = 0;
      double squares = 0;
      for (int i = 3 * width * row; i < 3 * width * (row + 1); i++) {
        float difference = x[i] - y[i];
        sum += Math.abs(difference);
        gradient[i] = share * Math.signum(difference);
        if (picture.counts(i / 3)) {
          float clamped = Math.max(0, Math.min(1, x[i])) - y[i];
          squares += clamped * clamped;
        }
      }
      rowL1[row] = sum;
      rowSquares[row] = squares;
    }
  }

  /** Sets the gradient of ignored pixels to zero: the windows of SSIM reach them too. */
  private void ignore(Picture picture, int from, int until) {
    for (int p = width * from; p < width * until; p++) {
      if (!picture.counts(p)) {
        Arrays.fill(gradient, 3 * p, 3 * p + 3, 0);
      }
    }
  }

  /** Adds {@code scale · d Σ SSIM / d x} to the gradient and fills {@link #rowSsim}. */
  private void ssim(float[] x, float[] y, float scale) {
    blur(x, moments[0]);
    blur(y, moments[1]);
    blurProduct(x, x, moments[2]);
    blurProduct(y, y, moments[3]);
    blurProduct(x, y, moments[4]);
    workers.loop(height, 8, this::ssimRows);
    float[] byMean = moments[0];
    float[] bySquare = moments[2];
    float[] byProduct = moments[4];
    blur(byMean, moments[1]);
    blur(bySquare, moments[3]);
    float[] meanPart = moments[1];
    float[] squarePart = moments[3];
    blur(byProduct, byMean);
    workers.loop(
        height,
        8,
        (from, until) -> {
          for (int i = 3 * width * from; i < 3 * width * until; i++) {
            gradient[i] += scale * (meanPart[i] + 2 * x[i] * squarePart[i] + y[i] * byMean[i]);
          }
        });
  }

  /**
   * Computes SSIM from the window's moments, and replaces them by its derivatives by the means of
   * x, x² and xy.
   */
  private void ssimRows(int from, int until) {
    for (int row = from; row < until; row++) {
      double sum = 0;
      for (int i = 3 * width * row; i < 3 * width * (row + 1); i++) {
        float mx = moments[0][i];
        float my = moments[1][i];
        float vx = moments[2][i] - mx * mx;
        float vy = moments[3][i] - my * my;
        float cxy = moments[4][i] - mx * my;
        float a1 = 2 * mx * my + C1;
        float a2 = 2 * cxy + C2;
        float b1 = mx * mx + my * my + C1;
        float b2 = vx + vy + C2;
        float value = a1 * a2 / (b1 * b2);
        sum += value;
        float byVariance = -value / b2;
        float byCovariance = 2 * a1 / (b1 * b2);
        float byMean = 2 * my * a2 / (b1 * b2) - 2 * mx * value / b1;
        // Variance and covariance depend on the mean too.
        moments[0][i] = byMean - 2 * mx * byVariance - my * byCovariance;
        moments[2][i] = byVariance;
        moments[4][i] = byCovariance;
      }
      rowSsim[row] = sum;
    }
  }

  /**
   * Filters zero-padded {@code values} with the separable window. {@code out} may be the same
   * array.
   */
  private void blur(float[] values, float[] out) {
    blurProduct(values, null, out);
  }

  /** Filters {@code left · right} in the same way; without {@code right}, filters {@code left}. */
  private void blurProduct(float[] left, float[] right, float[] out) {
    workers.loop(
        height,
        8,
        (from, until) -> {
          float[] line = new float[3 * (width + 2 * RADIUS)];
          for (int row = from; row < until; row++) {
            int start = 3 * width * row;
            System.arraycopy(left, start, line, 3 * RADIUS, 3 * width);
            if (right != null) {
              for (int i = 0; i < 3 * width; i++) {
                line[3 * RADIUS + i] *= right[start + i];
              }
            }
            blurRow(line, start);
          }
        });
    workers.loop(height, 8, (from, until) -> blurColumns(from, until, out));
  }

  private void blurRow(float[] line, int start) {
    for (int i = 0; i < 3 * width; i++) {
      float sum = 0;
      for (int k = 0; k <= 2 * RADIUS; k++) {
        sum += WINDOW[k] * line[i + 3 * k];
      }
      scratch[start + i] = sum;
    }
  }

  private void blurColumns(int from, int until, float[] out) {
    int stride = 3 * width;
    for (int row = from; row < until; row++) {
      int start = stride * row;
      Arrays.fill(out, start, start + stride, 0);
      int first = Math.max(0, row - RADIUS);
      int last = Math.min(height - 1, row + RADIUS);
      for (int r = first; r <= last; r++) {
        float weight = WINDOW[r - row + RADIUS];
        int source = stride * r;
        for (int i = 0; i < stride; i++) {
          out[start + i] += weight * scratch[source + i];
        }
      }
    }
  }
}
