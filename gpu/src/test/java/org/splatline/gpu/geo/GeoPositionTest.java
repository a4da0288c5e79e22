package org.splatline.gpu.geo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GeoPositionTest {
  private static final double MILLIMETRE = 1e-3;

  /** The worked examples of EPSG Guidance Note 7-2, methods 9602, 9836 and 9837 (to 1 mm). */
  private static final GeoPosition EPSG_POINT =
      new GeoPosition(degrees(53, 48, 33.820), degrees(2, 7, 46.380), 73);

  private static final GeoPosition EPSG_ORIGIN = new GeoPosition(55, 5, 200);

  private static double degrees(int whole, int minutes, double seconds) {
    return whole + minutes / 60.0 + seconds / 3600;
  }

  @Test
  void agreesWithPublishedGeocentricPoints() {
    assertThat(EPSG_POINT.toEcef())
        .containsExactly(
            new double[] {3_771_793.968, 140_253.342, 5_124_304.349}, within(MILLIMETRE));
    assertThat(EPSG_ORIGIN.toEcef())
        .containsExactly(
            new double[] {3_652_755.3058, 319_574.6799, 5_201_547.3536}, within(MILLIMETRE));
  }

  @Test
  void agreesWithThePublishedTopocentricPoint() {
    assertThat(new EnuFrame(EPSG_ORIGIN).toEnu(EPSG_POINT))
        .containsExactly(new double[] {-189_013.869, -128_642.040, -4220.171}, within(MILLIMETRE));
  }

  @Test
  void axesOfTheEllipsoid() {
    assertThat(new GeoPosition(0, 0, 0).toEcef())
        .containsExactly(new double[] {6_378_137, 0, 0}, within(1e-8));
    assertThat(new GeoPosition(-90, 0, 10).toEcef())
        .containsExactly(new double[] {0, 0, -6_356_752.314245 - 10}, within(1e-6));
    assertThat(new GeoPosition(0, -90, 0).toEcef())
        .containsExactly(new double[] {0, -6_378_137, 0}, within(1e-8));
  }

  @Test
  void isRestoredFromEcef() {
    Random random = new Random(7);
    for (int i = 0; i < 1000; i++) {
      GeoPosition position =
          new GeoPosition(
              180 * random.nextDouble() - 90,
              360 * random.nextDouble() - 180,
              20_000 * random.nextDouble() - 1000);
      assertThat(GeoPosition.ofEcef(position.toEcef()).toEcef())
          .as("%s", position)
          .containsExactly(position.toEcef(), within(1e-8));
      assertThat(GeoPosition.ofEcef(position.toEcef()).altitudeMetres())
          .isCloseTo(position.altitudeMetres(), within(1e-8));
    }
  }

  @ParameterizedTest
  @CsvSource({"90, 0", "-90, 0", "47, 180", "47, -180", "0, 12"})
  void isRestoredFromEnuAnywhere(double latitude, double longitude) {
    EnuFrame frame = new EnuFrame(new GeoPosition(latitude, longitude, 431));
    double[] enu = {120.25, -310.5, 17.125};
    assertThat(frame.toEnu(frame.toPosition(enu))).containsExactly(enu, within(1e-8));
  }

  @Test
  void eastNorthAndUpHaveTheRightDirections() {
    GeoPosition origin = new GeoPosition(47.3, 8.5, 400);
    EnuFrame frame = new EnuFrame(origin);
    assertThat(frame.toEnu(new GeoPosition(47.3, 8.5, 425)))
        .containsExactly(new double[] {0, 0, 25}, within(1e-8));
    assertThat(frame.toEnu(new GeoPosition(47.301, 8.5, 400))[1])
        .as("a thousandth of a degree of the meridian: 111,177 m per degree, 7 m more at 400 m")
        .isCloseTo(111.18, within(0.05));
    assertThat(frame.toEnu(new GeoPosition(47.3, 8.501, 400))[0]).isCloseTo(75.6, within(0.05));
  }

  @ParameterizedTest
  @CsvSource({
    "90.1, 0, 0, Invalid latitude: 90.1",
    "NaN, 0, 0, Invalid latitude: NaN",
    "0, -180.5, 0, Invalid longitude: -180.5",
    "0, 0, 200000, Invalid altitude: 200000.0 m",
    "0, 0, -Infinity, Invalid altitude"
  })
  void refusesImpossiblePositions(
      double latitude, double longitude, double altitude, String message) {
    assertThatThrownBy(() -> new GeoPosition(latitude, longitude, altitude))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
