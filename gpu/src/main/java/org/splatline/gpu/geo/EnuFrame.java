package org.splatline.gpu.geo;

/**
 * The local frame around an origin, in metres: x east, y north, z up along the ellipsoid's normal
 * (Hofmann-Wellenhof et al. 2008, "GNSS", section 8.2.2). Flat: at d metres from the origin the
 * earth's surface is d² / 12,700,000 metres below z = 0.
 */
final class EnuFrame {
  private final double[] center;
  private final double[] axes; // [3, 3] row-major: east, north, up in ECEF

  /** The frame around {@code origin}. */
  EnuFrame(GeoPosition origin) {
    double latitude = Math.toRadians(origin.latitudeDegrees());
    double longitude = Math.toRadians(origin.longitudeDegrees());
    double sinLat = Math.sin(latitude);
    double cosLat = Math.cos(latitude);
    double sinLon = Math.sin(longitude);
    double cosLon = Math.cos(longitude);
    this.center = origin.toEcef();
    this.axes =
        new double[] {
          -sinLon,
          cosLon,
          0,
          -sinLat * cosLon,
          -sinLat * sinLon,
          cosLat,
          cosLat * cosLon,
          cosLat * sinLon,
          sinLat
        };
  }

  /** A position as east, north, up, [3] metres. */
  double[] toEnu(GeoPosition position) {
    double[] ecef = position.toEcef();
    double[] enu = new double[3];
    for (int i = 0; i < 3; i++) {
      for (int k = 0; k < 3; k++) {
        enu[i] += axes[3 * i + k] * (ecef[k] - center[k]);
      }
    }
    return enu;
  }

  /**
   * The position at {@code enu}, [3] metres.
   *
   * @throws IllegalArgumentException when it is more than 100 km from the ellipsoid
   */
  GeoPosition toPosition(double[] enu) {
    double[] ecef = center.clone();
    for (int k = 0; k < 3; k++) {
      for (int i = 0; i < 3; i++) {
        ecef[k] += axes[3 * i + k] * enu[i];
      }
    }
    return GeoPosition.ofEcef(ecef);
  }
}
