package org.splatline.gpu.geo;

import static org.splatline.gpu.Checks.checkArgument;

import java.util.Arrays;

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

  /** A copy. */
  @Override
  public double[] center() {
    return center.clone();
  }
}
