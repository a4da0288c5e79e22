package org.splatline.gpu.format;

import org.splatline.gpu.gaussian.SphericalHarmonics;

/** The arrays of a .spz file, in their order. */
enum SpzArray {
  POSITIONS,
  ALPHAS,
  COLOURS,
  SCALES,
  ROTATIONS,
  BANDS;

  /** Bytes per Gaussian. */
  int width(int version, int shDegree) {
    return switch (this) {
      case POSITIONS -> 9;
      case ALPHAS -> 1;
      case COLOURS, SCALES -> 3;
      case ROTATIONS -> version == 2 ? 3 : 4;
      case BANDS -> 3 * (SphericalHarmonics.count(shDegree) - 1);
    };
  }
}
