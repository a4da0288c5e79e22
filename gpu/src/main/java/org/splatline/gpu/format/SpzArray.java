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

  /** What it is a part of. */
  RoundedPart part() {
    return switch (this) {
      case POSITIONS, ROTATIONS -> RoundedPart.GEOMETRY;
      case SCALES -> RoundedPart.SCALES;
      case BANDS -> RoundedPart.BANDS;
      case ALPHAS, COLOURS -> RoundedPart.COLOURS;
    };
  }

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
