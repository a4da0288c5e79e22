package org.splatline.gpu.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.SphericalHarmonics;

/**
 * How far the parameters of a Gaussian that was read may be from those that were written.
 *
 * @param position world units
 * @param logScale ln
 * @param degrees of rotation
 * @param opacity after the sigmoid
 * @param baseColour SH coefficients of band 0
 * @param band1 SH coefficients of band 1
 * @param higherBands SH coefficients of bands 2 and 3
 */
record Closeness(
    double position,
    double logScale,
    double degrees,
    double opacity,
    double baseColour,
    double band1,
    double higherBands) {

  /**
   * Two readings of one file: floats are rounded, and 8 bits of no opacity or of a full one are
   * half a step or less from the end.
   */
  static final Closeness SAME_FILE =
      new Closeness(1e-6, 1e-5, 0.001, 0.25 / 255 + 1e-6, 1e-5, 1e-5, 1e-5);

  /** The angle between the rotations of two rows of quaternions of any length. */
  static double degrees(float[] quatsA, int a, float[] quatsB, int b) {
    double sums = 0;
    double differences = 0; // unlike a dot product, exact for small angles
    double lengthA = length(quatsA, a);
    double lengthB = length(quatsB, b);
    for (int k = 0; k < 4; k++) {
      double sum = quatsA[4 * a + k] / lengthA + quatsB[4 * b + k] / lengthB;
      double difference = quatsA[4 * a + k] / lengthA - quatsB[4 * b + k] / lengthB;
      sums += sum * sum;
      differences += difference * difference;
    }
    return Math.toDegrees(
        4 * Math.atan(Math.sqrt(Math.min(sums, differences) / Math.max(sums, differences))));
  }

  private static double length(float[] quats, int i) {
    double squared = 0;
    for (int k = 4 * i; k < 4 * i + 4; k++) {
      squared += (double) quats[k] * quats[k];
    }
    return Math.sqrt(squared);
  }

  /** The row of {@code from} whose mean is nearest, for each row of {@code to}; each once. */
  static int[] nearest(Gaussians from, Gaussians to) {
    int[] rows = new int[to.size()];
    for (int i = 0; i < rows.length; i++) {
      double least = Double.POSITIVE_INFINITY;
      for (int j = 0; j < from.size(); j++) {
        double squared = 0;
        for (int k = 0; k < 3; k++) {
          double difference = to.means()[3 * i + k] - from.means()[3 * j + k];
          squared += difference * difference;
        }
        if (squared < least) {
          least = squared;
          rows[i] = j;
        }
      }
    }
    assertThat(Arrays.stream(rows).distinct().count()).as("rows found").isEqualTo(rows.length);
    return rows;
  }

  /** Row by row. */
  void check(Gaussians read, Gaussians written) {
    assertThat(read.size()).isEqualTo(written.size());
    assertThat(read.shDegree()).isEqualTo(written.shDegree());
    int count = SphericalHarmonics.count(written.shDegree());
    Worst worst = new Worst();
    for (int i = 0; i < read.size(); i++) {
      for (int k = 3 * i; k < 3 * i + 3; k++) {
        worst.add("position", i, read.means()[k] - written.means()[k], position);
        worst.add("ln scale", i, read.logScales()[k] - written.logScales()[k], logScale);
      }
      worst.add("degrees", i, degrees(read.quats(), i, written.quats(), i), degrees);
      double before = Quantisation.sigmoid(written.logitOpacities()[i]);
      double after = Quantisation.sigmoid(read.logitOpacities()[i]);
      worst.add("opacity", i, after - before, opacity);
      for (int k = 0; k < count; k++) {
        int band = (int) Math.sqrt(k);
        for (int at = 3 * (count * i + k); at < 3 * (count * i + k) + 3; at++) {
          worst.add(
              "band " + band,
              i,
              read.shCoefficients()[at] - written.shCoefficients()[at],
              band == 0 ? baseColour : band == 1 ? band1 : higherBands);
        }
      }
    }
    assertThat(worst.share).as(worst.text).isLessThanOrEqualTo(1);
  }

  /** The error that is largest in shares of what is allowed. */
  private static final class Worst {
    private double share;
    private String text = "";

    void add(String what, int row, double error, double allowed) {
      double size = Double.isNaN(error) ? Double.POSITIVE_INFINITY : Math.abs(error);
      if (size > share * allowed) {
        share = size / allowed;
        text = "%s of row %d is off by %s, allowed are %s".formatted(what, row, error, allowed);
      }
    }
  }
}
