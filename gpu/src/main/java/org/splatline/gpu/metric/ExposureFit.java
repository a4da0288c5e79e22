package org.splatline.gpu.metric;

import static org.splatline.gpu.metric.Psnr.checkSameSize;
import static org.splatline.gpu.metric.Psnr.clamped;

import java.util.OptionalDouble;
import org.splatline.gpu.picture.FloatImage;
import org.splatline.gpu.picture.Picture;

/**
 * The PSNR of a picture as if it had the photograph's exposure. An affine colour transform from
 * render to photograph is fitted by least squares on the left half, and PSNR is measured on the
 * right half: nothing is measured where it was fitted. Only pixels that count are used.
 */
public final class ExposureFit {
  private static final int TERMS = 4; // red, green, blue, 1

  /** Pull of the transform towards the identity, per pixel, so that a plain picture has one too. */
  private static final double PULL = 1e-6;

  private ExposureFit() {}

  /**
   * PSNR of the right half, dB, at most 100; empty if no pixel of a half counts.
   *
   * @param photograph says which pixels count
   */
  public static OptionalDouble psnr(FloatImage rendered, FloatImage reference, Picture photograph) {
    checkSameSize(rendered, reference);
    int width = rendered.width();
    int middle = width / 2;
    double[][] matrix = new double[TERMS][TERMS];
    double[][] right = new double[TERMS][3];
    long fitted = 0;
    double[] terms = {0, 0, 0, 1};
    for (int p = 0; p < width * rendered.height(); p++) {
      if (p % width < middle && photograph.counts(p)) {
        load(rendered, p, terms);
        for (int i = 0; i < TERMS; i++) {
          for (int j = 0; j < TERMS; j++) {
            matrix[i][j] += terms[i] * terms[j];
          }
          for (int c = 0; c < 3; c++) {
            right[i][c] += terms[i] * (reference.rgb()[3 * p + c] - terms[c]);
          }
        }
        fitted++;
      }
    }
    for (int i = 0; i < TERMS; i++) {
      matrix[i][i] += PULL * fitted;
    }
    return fitted == 0
        ? OptionalDouble.empty()
        : measured(rendered, reference, photograph, solved(matrix, right));
  }

  private static void load(FloatImage image, int p, double[] terms) {
    for (int c = 0; c < 3; c++) {
      terms[c] = clamped(image.rgb()[3 * p + c]);
    }
  }

  /**
   * Measures the right half.
   *
   * @param change [4, 3] what the transform adds to a colour, by its terms
   */
  private static OptionalDouble measured(
      FloatImage rendered, FloatImage reference, Picture photograph, double[][] change) {
    int width = rendered.width();
    double squares = 0;
    long counted = 0;
    double[] terms = {0, 0, 0, 1};
    for (int p = 0; p < width * rendered.height(); p++) {
      if (p % width >= width / 2 && photograph.counts(p)) {
        load(rendered, p, terms);
        for (int c = 0; c < 3; c++) {
          double value = terms[c];
          for (int i = 0; i < TERMS; i++) {
            value += change[i][c] * terms[i];
          }
          double difference = Math.max(0, Math.min(1, value)) - reference.rgb()[3 * p + c];
          squares += difference * difference;
        }
        counted++;
      }
    }
    return counted == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(Math.min(Psnr.MAX_DB, -10 * Math.log10(squares / (3.0 * counted))));
  }

  /** Gauss and Jordan without exchange of rows: the matrix is positive definite. */
  private static double[][] solved(double[][] matrix, double[][] right) {
    for (int i = 0; i < TERMS; i++) {
      for (int row = 0; row < TERMS; row++) {
        double factor = row == i ? 0 : matrix[row][i] / matrix[i][i];
        for (int j = 0; j < TERMS; j++) {
          matrix[row][j] -= factor * matrix[i][j];
        }
        for (int c = 0; c < 3; c++) {
          right[row][c] -= factor * right[i][c];
        }
      }
    }
    for (int i = 0; i < TERMS; i++) {
      for (int c = 0; c < 3; c++) {
        right[i][c] /= matrix[i][i];
      }
    }
    return right;
  }
}
