package org.splatline.gpu.format;

import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.ParameterFamily;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/** Refuses models that a format of rounded numbers can't hold. */
final class FiniteNumbers {
  private FiniteNumbers() {}

  /** Throws a {@link SceneException} UNSUPPORTED_INPUT if a parameter is NaN or infinite. */
  static void check(Gaussians gaussians, String file) {
    for (ParameterFamily family : ParameterFamily.values()) {
      float[] values = gaussians.array(family);
      float sum = 0; // NaN if a term is, which costs less than to look at each
      for (float value : values) {
        sum += value * 0;
      }
      for (int i = 0; Float.isNaN(sum) && i < values.length; i++) {
        if (!Float.isFinite(values[i])) {
          throw unwritable(
              file,
              "Gaussian %d has a parameter that is not finite"
                  .formatted(i / gaussians.width(family) + 1));
        }
      }
    }
  }

  static SceneException unwritable(String file, String why) {
    return new SceneException(
        Verdict.UNSUPPORTED_INPUT,
        "Cannot write %s: %s. Remove such Gaussians first.".formatted(file, why));
  }
}
