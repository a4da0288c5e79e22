package org.splatline.gpu.cpu;

import org.splatline.gpu.gaussian.GaussianState;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.ParameterFamily;
import org.splatline.gpu.gaussian.SphericalHarmonics;

/** Sums of the gradients of several views, and the last step that added to each Gaussian's. */
final class CpuGradientSums {
  private static final int BAND0 = 3 * SphericalHarmonics.count(0);

  private final Gaussians sums;
  private final int[] seen;

  CpuGradientSums(GaussianState state) {
    sums = state.parameters().zerosAlike(state.size());
    seen = new int[state.size()];
  }

  Gaussians gradients() {
    return sums;
  }

  /** Whether a step after {@code step} added to the sums of a Gaussian. */
  boolean isSeenSince(int n, int step) {
    return seen[n] > step;
  }

  /**
   * Adds a view's gradients.
   *
   * @param radii [N]; Gaussians of radius 0 are not visible
   */
  void add(Gaussians gradients, float[] radii, int step) {
    for (ParameterFamily family : ParameterFamily.values()) {
      int width = sums.width(family);
      float[] to = sums.array(family);
      float[] from = gradients.array(family);
      for (int i = 0; i < to.length; i++) {
        if (radii[i / width] > 0) {
          to[i] += from[i];
        }
      }
    }
    for (int n = 0; n < seen.length; n++) {
      seen[n] = radii[n] > 0 ? step : seen[n];
    }
  }

  /** Sets the sums of some parameters to zero. */
  void clear(CpuAdam.Part part) {
    boolean bands = part == CpuAdam.Part.BANDS;
    for (ParameterFamily family : ParameterFamily.values()) {
      boolean isHarmonics = family == ParameterFamily.SH_COEFFICIENTS;
      float[] values = sums.array(family);
      int width = sums.width(family);
      for (int i = 0; i < values.length; i++) {
        boolean isOfBands = isHarmonics && i % width >= BAND0;
        values[i] = isOfBands == bands ? 0 : values[i];
      }
    }
  }
}
