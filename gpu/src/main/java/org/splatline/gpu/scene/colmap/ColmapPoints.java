package org.splatline.gpu.scene.colmap;

import static org.splatline.gpu.Checks.checkArgument;

import java.util.Arrays;

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
