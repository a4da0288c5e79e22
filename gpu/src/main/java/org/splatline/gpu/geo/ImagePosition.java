package org.splatline.gpu.geo;

import static org.splatline.gpu.Checks.checkArgument;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.splatline.gpu.scene.colmap.ColmapImage;

/**
 * A registered image with a GPS position.
 *
 * @param name the image's name in the model
 * @param center the camera's centre, [3] model units; copied in and out
 * @param position the GPS position of the camera
 */
public record ImagePosition(String name, double[] center, GeoPosition position) {
  public ImagePosition {
    checkArgument(
        center.length == 3 && Arrays.stream(center).allMatch(Double::isFinite),
        "Invalid camera centre of %s: %s is not three finite numbers",
        name,
        Arrays.toString(center));
    center = center.clone();
  }

  /**
   * The registered images that have a position.
   *
   * @param positions GPS positions by image name
   */
  public static List<ImagePosition> of(
      Collection<ColmapImage> registered, Map<String, GeoPosition> positions) {
    return registered.stream()
        .filter(image -> positions.containsKey(image.name()))
        .map(image -> new ImagePosition(image.name(), center(image), positions.get(image.name())))
        .toList();
  }

  /** The point that {@code p ↦ R · p + translation} maps to the camera's origin. */
  private static double[] center(ColmapImage image) {
    return new Similarity(1, image.quaternion(), image.translation()).inverse().translation();
  }

  /** A copy. */
  @Override
  public double[] center() {
    return center.clone();
  }
}
