package org.splatline.gpu.geo;

import static org.splatline.gpu.Checks.checkArgument;

/**
 * A position on or near the earth, on the ellipsoid WGS 84 (NIMA TR8350.2, table 3.1).
 *
 * @param latitudeDegrees geodetic, [-90, 90], north positive
 * @param longitudeDegrees [-180, 180], east positive
 * @param altitudeMetres above the ellipsoid, within ±100 km. Photographs give heights above sea
 *     level; the difference moves a whole scene up or down by at most 110 m and changes nothing
 *     else
 */
public record GeoPosition(double latitudeDegrees, double longitudeDegrees, double altitudeMetres) {
  private static final double SEMI_MAJOR_METRES = 6_378_137;
  private static final double FLATTENING = 1 / 298.257223563;
  private static final double ECCENTRICITY_SQUARED = FLATTENING * (2 - FLATTENING);
  private static final double MAX_ALTITUDE_METRES = 100_000;

  /** Each iteration divides the error by 150, so the last ones change nothing. */
  private static final int LATITUDE_ROUNDS = 10;

  public GeoPosition {
    checkArgument(
        Math.abs(latitudeDegrees) <= 90,
        "Invalid latitude: %s° is not in [-90, 90]",
        latitudeDegrees);
    checkArgument(
        Math.abs(longitudeDegrees) <= 180,
        "Invalid longitude: %s° is not in [-180, 180]",
        longitudeDegrees);
    checkArgument(
        Math.abs(altitudeMetres) <= MAX_ALTITUDE_METRES,
        "Invalid altitude: %s m is not within 100 km of the ellipsoid",
        altitudeMetres);
  }

  /** Earth-centred, earth-fixed, [3] metres: x to 0° N 0° E, z to the north pole. */
  double[] toEcef() {
    double latitude = Math.toRadians(latitudeDegrees);
    double longitude = Math.toRadians(longitudeDegrees);
    double curvature = primeVerticalMetres(Math.sin(latitude));
    double axisDistance = (curvature + altitudeMetres) * Math.cos(latitude);
    return new double[] {
      axisDistance * Math.cos(longitude),
      axisDistance * Math.sin(longitude),
      (curvature * (1 - ECCENTRICITY_SQUARED) + altitudeMetres) * Math.sin(latitude)
    };
  }

  /**
   * The position of {@code ecef}, [3] metres, within 1e-8 m (fixed-point iteration of the latitude;
   * Hofmann-Wellenhof et al. 2008, "GNSS", section 8.2.1; the height in a form that is valid at the
   * poles too).
   *
   * @throws IllegalArgumentException when it is more than 100 km from the ellipsoid
   */
  static GeoPosition ofEcef(double[] ecef) {
    double axisDistance = Math.hypot(ecef[0], ecef[1]);
    double latitude = Math.atan2(ecef[2], axisDistance * (1 - ECCENTRICITY_SQUARED));
    for (int round = 0; round < LATITUDE_ROUNDS; round++) {
      double sine = Math.sin(latitude);
      double shift = ECCENTRICITY_SQUARED * primeVerticalMetres(sine) * sine;
      latitude = Math.atan2(ecef[2] + shift, axisDistance);
    }
    double sine = Math.sin(latitude);
    double surface = SEMI_MAJOR_METRES * Math.sqrt(1 - ECCENTRICITY_SQUARED * sine * sine);
    return new GeoPosition(
        Math.toDegrees(latitude),
        Math.toDegrees(Math.atan2(ecef[1], ecef[0])),
        axisDistance * Math.cos(latitude) + ecef[2] * sine - surface);
  }

  /** Radius of curvature across the meridian, metres. */
  private static double primeVerticalMetres(double sineOfLatitude) {
    return SEMI_MAJOR_METRES
        / Math.sqrt(1 - ECCENTRICITY_SQUARED * sineOfLatitude * sineOfLatitude);
  }
}
