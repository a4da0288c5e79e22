package org.splatline.gpu.format;

import static org.splatline.gpu.gaussian.ParameterFamily.LOGIT_OPACITIES;
import static org.splatline.gpu.gaussian.ParameterFamily.LOG_SCALES;
import static org.splatline.gpu.gaussian.ParameterFamily.MEANS;
import static org.splatline.gpu.gaussian.ParameterFamily.QUATS;
import static org.splatline.gpu.gaussian.ParameterFamily.SH_COEFFICIENTS;

import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.ParameterFamily;

/** The parts of a model that a finish rounds and freezes, in this order. */
public enum RoundedPart {
  /** Means and quaternions. */
  GEOMETRY,
  /** Scales. */
  SCALES,
  /** Bands 1 and up of the spherical harmonics. */
  BANDS,
  /** Band 0 of the spherical harmonics, and opacities. */
  COLOURS;

  /** Copies this part of a model to another one with as many Gaussians. */
  public void copy(Gaussians from, Gaussians to) {
    switch (this) {
      case GEOMETRY -> {
        copy(MEANS, from, to);
        copy(QUATS, from, to);
      }
      case SCALES -> copy(LOG_SCALES, from, to);
      case BANDS -> copyHarmonics(3, from.width(SH_COEFFICIENTS), from, to);
      case COLOURS -> {
        copyHarmonics(0, 3, from, to);
        copy(LOGIT_OPACITIES, from, to);
      }
    }
  }

  private static void copy(ParameterFamily family, Gaussians from, Gaussians to) {
    System.arraycopy(from.array(family), 0, to.array(family), 0, from.array(family).length);
  }

  private static void copyHarmonics(int first, int end, Gaussians from, Gaussians to) {
    int width = from.width(SH_COEFFICIENTS);
    for (int row = 0; row < from.size(); row++) {
      System.arraycopy(
          from.shCoefficients(),
          row * width + first,
          to.shCoefficients(),
          row * width + first,
          end - first);
    }
  }
}
