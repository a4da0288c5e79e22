package org.splatline.gpu.gaussian;

import static org.splatline.gpu.Checks.checkArgument;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Chooses some of the Gaussians, or of their SH bands, without any view. */
public final class GaussianSubsets {
  private GaussianSubsets() {}

  /**
   * The rows, in their order, whose means are in a box.
   *
   * @param means [N, 3]
   * @param low [3] the box's lowest corner, inclusive
   * @param high [3] its highest corner, inclusive
   */
  public static int[] inBox(float[] means, double[] low, double[] high) {
    return IntStream.range(0, means.length / 3)
        .filter(
            i ->
                IntStream.range(0, 3)
                    .allMatch(k -> low[k] <= means[3 * i + k] && means[3 * i + k] <= high[k]))
        .toArray();
  }

  /**
   * The rows, in their order, of the {@code count} Gaussians with the largest opacity · projected
   * size. The size is the mean area that the Gaussian has when it is projected along each of its
   * three axes: a · b + b · c + c · a for scales a, b, c. Of equal ones the first is kept.
   */
  public static int[] mostSignificant(Gaussians gaussians, int count) {
    checkArgument(count >= 0, "Invalid number of Gaussians: %s is negative", count);
    int n = gaussians.size();
    long[] keys = new long[n];
    for (int i = 0; i < n; i++) {
      keys[i] = (long) -Float.floatToIntBits(significance(gaussians, i)) << 32 | i;
    }
    Arrays.sort(keys); // bits of positive floats order as the floats do
    return Arrays.stream(keys, 0, Math.min(count, n)).mapToInt(key -> (int) key).sorted().toArray();
  }

  /**
   * [N] the opacity · projected size of each Gaussian, of {@link #mostSignificant}, square world
   * units.
   */
  public static float[] significances(Gaussians gaussians) {
    float[] significances = new float[gaussians.size()];
    for (int i = 0; i < significances.length; i++) {
      significances[i] = significance(gaussians, i);
    }
    return significances;
  }

  private static float significance(Gaussians gaussians, int i) {
    double a = Math.exp(gaussians.logScales()[3 * i]);
    double b = Math.exp(gaussians.logScales()[3 * i + 1]);
    double c = Math.exp(gaussians.logScales()[3 * i + 2]);
    double opacity = 1 / (1 + Math.exp(-gaussians.logitOpacities()[i]));
    return (float) Math.min(Float.MAX_VALUE, opacity * (a * b + b * c + c * a));
  }

  /** The same Gaussians without the SH bands above {@code degree}; other arrays are shared. */
  public static Gaussians withBandsUpTo(int degree, Gaussians gaussians) {
    if (degree >= gaussians.shDegree()) {
      return gaussians;
    }
    int from = 3 * SphericalHarmonics.count(gaussians.shDegree());
    int to = 3 * SphericalHarmonics.count(degree);
    float[] kept = new float[to * gaussians.size()];
    for (int i = 0; i < gaussians.size(); i++) {
      System.arraycopy(gaussians.shCoefficients(), from * i, kept, to * i, to);
    }
    return new Gaussians(
        gaussians.means(),
        gaussians.quats(),
        gaussians.logScales(),
        gaussians.logitOpacities(),
        kept,
        degree,
        gaussians.maskLogits());
  }
}
