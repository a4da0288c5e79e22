package org.splatline.gpu.cpu;

import java.util.Arrays;
import org.splatline.gpu.backend.AdamSettings;
import org.splatline.gpu.backend.Exposures;
import org.splatline.gpu.picture.FloatImage;

/**
 * Exposure per view ({@link Exposures}): transforms rendered pictures, takes gradients back through
 * the transforms, and updates them. Each row of a picture is summed in double, then the rows are:
 * the sums do not depend on the number of threads.
 */
final class CpuExposures {
  private static final int WIDTH = Exposures.WIDTH;

  private final Workers workers;
  private final Exposures state;
  private FloatImage exposed = new FloatImage(1, 1);

  /** Transforms that are copied from {@code start}. */
  CpuExposures(Workers workers, Exposures start) {
    this.workers = workers;
    this.state = start.copy();
  }

  /** A copy of the transforms and of Adam's state. */
  Exposures state() {
    return state.copy();
  }

  int size() {
    return state.size();
  }

  /** The picture as the view's photograph would show it; valid until the next call. */
  FloatImage apply(int view, FloatImage rendered) {
    int width = rendered.width();
    int height = rendered.height();
    if (exposed.width() != width || exposed.height() != height) {
      exposed = new FloatImage(width, height);
    }
    float[] a = transform(view);
    float[] from = rendered.rgb();
    float[] to = exposed.rgb();
    workers.loop(
        height,
        8,
        (first, until) -> {
          for (int p = 3 * width * first; p < 3 * width * until; p += 3) {
            for (int c = 0; c < 3; c++) {
              int row = 4 * c;
              to[p + c] =
                  a[row] * from[p]
                      + a[row + 1] * from[p + 1]
                      + a[row + 2] * from[p + 2]
                      + a[row + 3];
            }
          }
        });
    return exposed;
  }

  private float[] transform(int view) {
    return Arrays.copyOfRange(state.transforms(), WIDTH * view, WIDTH * (view + 1));
  }

  /**
   * Takes gradients back through a view's transform.
   *
   * @param gradient [H, W, 3] d loss / d exposed; becomes d loss / d rendered
   * @return [3, 4] d loss / d transform
   */
  double[] differentiate(int view, FloatImage rendered, float[] gradient) {
    int width = rendered.width();
    int height = rendered.height();
    float[] a = transform(view);
    float[] colors = rendered.rgb();
    double[] rows = new double[WIDTH * height];
    workers.loop(
        height,
        8,
        (first, until) -> {
          for (int row = first; row < until; row++) {
            for (int p = 3 * width * row; p < 3 * width * (row + 1); p += 3) {
              float r = gradient[p];
              float g = gradient[p + 1];
              float b = gradient[p + 2];
              for (int c = 0; c < 3; c++) {
                rows[WIDTH * row + c] += r * colors[p + c];
                rows[WIDTH * row + 4 + c] += g * colors[p + c];
                rows[WIDTH * row + 8 + c] += b * colors[p + c];
                gradient[p + c] = a[c] * r + a[4 + c] * g + a[8 + c] * b;
              }
              rows[WIDTH * row + 3] += r;
              rows[WIDTH * row + 7] += g;
              rows[WIDTH * row + 11] += b;
            }
          }
        });
    double[] sums = new double[WIDTH];
    for (int i = 0; i < rows.length; i++) {
      sums[i % WIDTH] += rows[i];
    }
    return sums;
  }

  /**
   * Takes a step of Adam on a view's transform, with a count of its own: a view is seen once in a
   * round. Then moves all transforms so that their mean is the identity. A gradient that is not
   * finite is skipped.
   *
   * @param gradient [3, 4] d loss / d transform
   */
  void update(int view, double[] gradient, float rate, AdamSettings adam) {
    if (Arrays.stream(gradient).allMatch(value -> Float.isFinite((float) value))) {
      float count = state.counts()[view] + 1;
      state.counts()[view] = count;
      double correct1 = 1 - Math.pow(adam.beta1(), count);
      float rootCorrect2 = (float) Math.sqrt(1 - Math.pow(adam.beta2(), count));
      for (int k = 0; k < WIDTH; k++) {
        int i = WIDTH * view + k;
        float g = (float) gradient[k];
        float m = adam.beta1() * state.firstMoments()[i] + (1 - adam.beta1()) * g;
        float v = adam.beta2() * state.secondMoments()[i] + (1 - adam.beta2()) * g * g;
        state.firstMoments()[i] = m;
        state.secondMoments()[i] = v;
        state.transforms()[i] -=
            (float) (rate / correct1) * m / ((float) Math.sqrt(v) / rootCorrect2 + adam.epsilon());
      }
    }
    for (int k = 0; k < WIDTH; k++) {
      center(k);
    }
  }

  private void center(int k) {
    float[] transforms = state.transforms();
    double sum = 0;
    for (int i = k; i < transforms.length; i += WIDTH) {
      sum += transforms[i];
    }
    float excess = (float) (sum / size() - Exposures.identityAt(k));
    for (int i = k; i < transforms.length; i += WIDTH) {
      transforms[i] -= excess;
    }
  }
}
