package org.splatline.gpu.geo;

import static org.splatline.gpu.Checks.checkArgument;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.splatline.gpu.scene.colmap.ColmapImage;

/**
 * A registered image whose GPS position is known.
 *
 * @param name as the model names it
 * @param center the camera's place, [3] model units; copied in and out
 * @param position where GPS says the camera was
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
   * Of the registered images that have a position.
   *
   * @param positions by image name
   */
  public static List<ImagePosition> of(
      Collection<ColmapImage> registered, Map<String, GeoPosition> positions) {
    return registered.stream()
        .filter(image -> positions.containsKey(image.name()))
        .map(image -> new ImagePosition(image.name(), center(image), positions.get(image.name())))
        .toList();
  }

  /** What {@code p ↦ R · p + translation} takes to the camera's origin. */
  private static double[] center(ColmapImage image) {
    return new Similarity(1, image.quaternion(), image.translation()).inverse().translation();
  }

  /** A copy. */
  @Override
  public double[] center() {
    return center.clone();
  }
}
