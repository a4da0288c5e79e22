package org.splatline.gpu.geo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.splatline.gpu.geo.AlignmentOutcome.Aligned;
import org.splatline.gpu.geo.AlignmentOutcome.Reason;
import org.splatline.gpu.geo.AlignmentOutcome.Unaligned;
import org.splatline.gpu.scene.Camera;
import org.splatline.gpu.scene.Intrinsics;
import org.splatline.gpu.scene.colmap.ColmapImage;

class GeoAlignerTest {
  private static final GeoPosition HOME = new GeoPosition(47.37, 8.54, 410);
  private static final GeoAligner ALIGNER = new GeoAligner(10, 42);

  /** Takes a model to metres about {@link #HOME}. */
  private static final Similarity TRUTH =
      new Similarity(12.5, new double[] {0.6, -0.3, 0.5, 0.4}, new double[] {30, -20, 60});

  /** A place in metres about {@link #HOME}, seen by GPS with noise of {@code sigma} an axis. */
  private static ImagePosition image(String name, double[] enu, Random noise, double sigma) {
    double[] seen = enu.clone();
    for (int k = 0; k < 3; k++) {
      seen[k] += sigma * noise.nextGaussian();
    }
    return new ImagePosition(name, TRUTH.inverse().apply(enu), new EnuFrame(HOME).toPosition(seen));
  }

  /** 10 x 8 places 15 m apart, all 60 m above home. */
  private static List<ImagePosition> droneGrid(Random random, double sigma) {
    List<ImagePosition> images = new ArrayList<>();
    for (int i = 0; i < 80; i++) {
      int row = i / 10;
      double[] enu = {15.0 * (i % 10), 15.0 * row, 60};
      images.add(image("DJI_%04d.JPG".formatted(i), enu, random, sigma));
    }
    return images;
  }

  private static GeoAlignment aligned(AlignmentOutcome outcome) {
    assertThat(outcome).isInstanceOf(Aligned.class);
    return ((Aligned) outcome).alignment();
  }

  private static Unaligned unaligned(List<ImagePosition> images) {
    AlignmentOutcome outcome = ALIGNER.align(images);
    assertThat(outcome).isInstanceOf(Unaligned.class);
    return (Unaligned) outcome;
  }

  /** Where the alignment puts a model's point, metres about home. */
  private static double[] placed(GeoAlignment alignment, double[] point) {
    Georeference reference = alignment.georeference();
    double[] enu = reference.modelToEnu().apply(point);
    return new EnuFrame(HOME).toEnu(new EnuFrame(reference.origin()).toPosition(enu));
  }

  /** The angle of the rotation between both, degrees. */
  private static double turnedDegrees(Similarity a, Similarity b) {
    double dot = 0;
    for (int k = 0; k < 4; k++) {
      dot += a.quaternion()[k] * b.quaternion()[k];
    }
    return Math.toDegrees(2 * Math.acos(Math.min(1, Math.abs(dot))));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void recoversADroneFlightWithNoiseAndOutliers(long seed) {
    Random random = new Random(seed);
    double sigma = 1.5;
    List<ImagePosition> images = droneGrid(random, sigma);
    for (int i = 0; i < 16; i++) { // 20 %: 30 to 500 m off, one at 0° 0°
      GeoPosition wrong =
          i == 0
              ? new GeoPosition(0, 0, 0)
              : new EnuFrame(HOME)
                  .toPosition(
                      new double[] {
                        200 + 300 * random.nextDouble(),
                        -30 - 200 * random.nextDouble(),
                        100 * random.nextDouble()
                      });
      ImagePosition image = images.get(5 * i);
      images.set(5 * i, new ImagePosition(image.name(), image.center(), wrong));
    }

    GeoAlignment alignment = aligned(ALIGNER.align(images));

    // Sides of 135 and 105 m, 64 positions: standard error of angle and scale about 0.5 %
    Similarity found = alignment.georeference().modelToEnu();
    assertThat(found.scale()).isCloseTo(TRUTH.scale(), within(0.02 * TRUTH.scale()));
    assertThat(turnedDegrees(found, TRUTH)).isLessThan(1);
    assertThat(alignment.imagesUsed()).isEqualTo(80);
    assertThat(alignment.inliers()).isEqualTo(64);
    assertThat(alignment.outliers())
        .containsExactlyElementsOf(
            IntStream.range(0, 16).mapToObj(i -> "DJI_%04d.JPG".formatted(5 * i)).toList());
    double[] middle = {67.5, 52.5, 0};
    assertThat(placed(alignment, TRUTH.inverse().apply(middle)))
        .as("the ground below the flight")
        .containsExactly(middle, within(2.0));
    assertThat(alignment.residuals().verticalRms()).isCloseTo(sigma, within(0.4));
    assertThat(alignment.residuals().horizontalRms()).isCloseTo(sigma * Math.sqrt(2), within(0.5));
    assertThat(alignment.residuals().horizontalMedian())
        .isLessThan(alignment.residuals().horizontalRms());
  }

  @Test
  void exactPositionsGiveTheExactAlignment() {
    List<ImagePosition> images = droneGrid(new Random(1), 0);
    GeoAlignment alignment = aligned(ALIGNER.align(images));
    double[] point = {1, -2, 3};
    assertThat(placed(alignment, point)).containsExactly(TRUTH.apply(point), within(1e-5));
    assertThat(alignment.outliers()).isEmpty();
    assertThat(alignment.residuals().horizontalRms()).isLessThan(1e-6);
    assertThat(new EnuFrame(HOME).toEnu(alignment.georeference().origin()))
        .as("the mean of the positions")
        .containsExactly(new double[] {67.5, 52.5, 60}, within(1e-6));
  }

  @Test
  void theSameSeedGivesTheSameBitsInAnyOrder() {
    List<ImagePosition> images = droneGrid(new Random(3), 2);
    AlignmentOutcome outcome = ALIGNER.align(images);
    Collections.shuffle(images, new Random(4));
    assertThat(ALIGNER.align(images)).isEqualTo(outcome);
  }

  @Test
  void findsCamerasOfAModelByTheirNames() {
    ColmapImage image =
        new ColmapImage(
            1, "a/1.jpg", 1, new double[] {0.2, 0.7, -0.4, 0.5}, new double[] {1, -2, 3}, 0);
    ColmapImage unknown = new ColmapImage(2, "b.jpg", 1, image.quaternion(), new double[3], 0);
    List<ImagePosition> positions =
        ImagePosition.of(List.of(image, unknown), Map.of("a/1.jpg", HOME, "c.jpg", HOME));
    assertThat(positions).hasSize(1);
    assertThat(positions.get(0).name()).isEqualTo("a/1.jpg");
    assertThat(positions.get(0).position()).isEqualTo(HOME);
    Camera camera =
        Camera.ofQuaternion(
            new Intrinsics(4, 4, 3, 3, 2, 2), 0.2, 0.7, -0.4, 0.5, new double[] {1, -2, 3});
    assertThat(positions.get(0).center()).containsExactly(camera.center(), within(1e-12));
  }

  @Test
  void acrossThe180thMeridian() {
    EnuFrame fiji = new EnuFrame(new GeoPosition(-16.8, 180, 5));
    List<ImagePosition> images = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      double[] enu = {40 * Math.cos(i), 40 * Math.sin(i), 3 * i};
      images.add(new ImagePosition("i" + i, enu, fiji.toPosition(enu)));
    }
    GeoAlignment alignment = aligned(ALIGNER.align(images));
    assertThat(alignment.georeference().modelToEnu().scale()).isCloseTo(1, within(1e-4));
    assertThat(Math.abs(alignment.georeference().origin().longitudeDegrees()))
        .isCloseTo(180, within(1e-3));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void fewerThanThreeCannotBeAligned(int n) {
    Unaligned outcome = unaligned(droneGrid(new Random(1), 0).subList(0, n));
    assertThat(outcome.reason()).isEqualTo(Reason.FEW_POSITIONS);
    assertThat(outcome.message("garden"))
        .startsWith("Cannot align scene garden to east-north-up: ")
        .contains(n + ", need 3. Take photographs with GPS");
  }

  @Test
  void threeFarApartAreEnough() {
    List<ImagePosition> grid = droneGrid(new Random(1), 0);
    aligned(ALIGNER.align(List.of(grid.get(0), grid.get(9), grid.get(79))));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0, 2", "0.3, 2", "1, 3"})
  void alongALine(double besides, double sigma) {
    for (long seed = 1; seed <= 20; seed++) {
      Random random = new Random(seed);
      List<ImagePosition> images = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        double[] enu = {
          5.0 * i, 2.0 * i + besides * random.nextGaussian(), 2 + besides * random.nextGaussian()
        };
        images.add(image("walk" + i, enu, random, sigma));
      }
      Unaligned outcome = unaligned(images);
      assertThat(outcome.reason()).as("seed %d", seed).isEqualTo(Reason.ON_A_LINE);
      assertThat(outcome.why()).contains(" cameras lie along a line: ", "m, need ");
    }
  }

  @Test
  void positionsOnALineWhileTheCamerasAreNot() {
    List<ImagePosition> images = new ArrayList<>();
    for (ImagePosition image : droneGrid(new Random(1), 0)) {
      GeoPosition p = image.position();
      GeoPosition flat = new GeoPosition(HOME.latitudeDegrees(), p.longitudeDegrees(), 470);
      images.add(new ImagePosition(image.name(), image.center(), flat));
    }
    assertThat(new GeoAligner(100, 1).align(images))
        .isInstanceOfSatisfying(
            Unaligned.class, u -> assertThat(u.reason()).isEqualTo(Reason.ON_A_LINE));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, 3})
  void camerasAroundASmallObject(double sigma) {
    for (long seed = 1; seed <= 20; seed++) {
      Random random = new Random(seed);
      List<ImagePosition> images = new ArrayList<>();
      double radius = sigma == 0 ? 0 : 0.5;
      for (int i = 0; i < 60; i++) {
        double[] enu = {radius * Math.cos(i), radius * Math.sin(i), 1};
        double[] center = TRUTH.inverse().apply(new double[] {Math.cos(i), Math.sin(i), 1});
        GeoPosition seen = image("", enu, random, sigma).position();
        images.add(new ImagePosition("shoe" + i, center, seen));
      }
      assertThat(unaligned(images).reason()).as("seed %d", seed).isEqualTo(Reason.ONE_PLACE);
    }
  }

  @Test
  void allCamerasAtOnePlace() {
    List<ImagePosition> images = new ArrayList<>();
    for (ImagePosition image : droneGrid(new Random(1), 0)) {
      images.add(new ImagePosition(image.name(), new double[] {1, 2, 3}, image.position()));
    }
    assertThat(unaligned(images).reason()).isEqualTo(Reason.ONE_PLACE);
  }

  @Test
  void positionsOfOtherPhotographsDoNotAgree() {
    List<ImagePosition> images = droneGrid(new Random(1), 1);
    List<GeoPosition> positions =
        new ArrayList<>(images.stream().map(ImagePosition::position).toList());
    Collections.shuffle(positions, new Random(2));
    List<ImagePosition> mixed = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      mixed.add(new ImagePosition(images.get(i).name(), images.get(i).center(), positions.get(i)));
    }
    Unaligned outcome = unaligned(mixed);
    assertThat(outcome.reason()).isEqualTo(Reason.NO_AGREEMENT);
    assertThat(outcome.why()).contains("of 80 GPS positions are within 10.0 m", "need 40");
  }

  /** Noise alone nearly always fits three positions; what it says is worth nothing. */
  @Test
  void threeNoisyNeighboursAreNotAccepted() {
    for (long seed = 1; seed <= 50; seed++) {
      Random random = new Random(seed);
      List<ImagePosition> images = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        double[] enu = {3 * Math.cos(2 * i), 3 * Math.sin(2 * i), 1};
        images.add(image("i" + i, enu, random, 3));
      }
      AlignmentOutcome outcome = ALIGNER.align(images);
      if (outcome instanceof Aligned aligned) {
        Similarity found = aligned.alignment().georeference().modelToEnu();
        assertThat(turnedDegrees(found, TRUTH)).as("seed %d", seed).isLessThan(30);
      }
    }
  }
}
