package org.splatline.gpu.scene.colmap;

import static org.splatline.gpu.Checks.checkArgument;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The sparse points of a COLMAP model. Arrays are not copied.
 *
 * @param positions [N, 3] world units
 * @param colors [N, 3] RGB, unsigned
 * @param errors [N] mean reprojection error, px; -1 where COLMAP has none
 * @param trackLengths [N] number of images that see the point
 * @param trackImages ids of these images, point after point; empty if they are not known
 */
public record ColmapPoints(
    double[] positions, byte[] colors, double[] errors, int[] trackLengths, int[] trackImages) {

  public ColmapPoints {
    checkArgument(
        positions.length == 3L * errors.length
            && colors.length == positions.length
            && trackLengths.length == errors.length,
        "Invalid points: %s coordinates, %s colours, %s errors, %s tracks",
        positions.length,
        colors.length,
        errors.length,
        trackLengths.length);
    checkArgument(
        trackImages.length == 0
            || trackImages.length == Arrays.stream(trackLengths).asLongStream().sum(),
        "Invalid points: %s images in their tracks",
        trackImages.length);
  }

  /** The largest coordinate that can be used, world units; float32 has steps of 64 there. */
  public static final double FARTHEST = 1e9;

  /** Points of which it is not known which images see them. */
  public ColmapPoints(double[] positions, byte[] colors, double[] errors, int[] trackLengths) {
    this(positions, colors, errors, trackLengths, new int[0]);
  }

  /** No points. */
  public static ColmapPoints none() {
    return new ColmapPoints(new double[0], new byte[0], new double[0], new int[0]);
  }

  /** The number of points, N. */
  public int size() {
    return errors.length;
  }

  /** Whether training can use a point: its coordinates are numbers up to {@link #FARTHEST}. */
  public boolean isUsable(int point) {
    for (int c = 3 * point; c < 3 * point + 3; c++) {
      if (!(Math.abs(positions[c]) <= FARTHEST)) { // so that NaN is not
        return false;
      }
    }
    return true;
  }

  /** The number of points that training can use. */
  public int usable() {
    return (int) IntStream.range(0, size()).filter(this::isUsable).count();
  }

  /** Figures that tell how good they are; nothing is known about images. */
  public ModelStatistics statistics() {
    return ModelStatistics.of(0, this);
  }

  /** The median distance of the usable points from a place, [3] world units; 0 without points. */
  public double medianDistance(double[] place) {
    double[] squares =
        IntStream.range(0, size())
            .filter(this::isUsable)
            .mapToDouble(
                point -> {
                  double sum = 0;
                  for (int c = 0; c < 3; c++) {
                    double difference = positions[3 * point + c] - place[c];
                    sum += difference * difference;
                  }
                  return sum;
                })
            .sorted()
            .toArray();
    return squares.length == 0 ? 0 : Math.sqrt(squares[squares.length / 2]);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ColmapPoints that
        && Arrays.equals(positions, that.positions)
        && Arrays.equals(colors, that.colors)
        && Arrays.equals(errors, that.errors)
        && Arrays.equals(trackLengths, that.trackLengths)
        && Arrays.equals(trackImages, that.trackImages);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(positions);
  }
}
