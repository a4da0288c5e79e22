package org.splatline.gpu.scene;

import java.util.Arrays;
import java.util.Locale;
import org.splatline.gpu.scene.colmap.ColmapCamera;
import org.splatline.gpu.scene.colmap.ColmapPoints;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/**
 * Checks that a model's values can be those of photographs. The limits are far outside what lenses
 * and places have; beyond them, training in float32 cannot end well.
 */
final class PlausibleModel {
  // Of the picture's longer side. 0.01: 179 degrees in a pinhole camera. 1000: 3 minutes of arc.
  private static final double SHORTEST_FOCAL_LENGTH = 0.01;
  private static final double LONGEST_FOCAL_LENGTH = 1000;
  private static final double FARTHEST_PRINCIPAL_POINT = 10;
  private static final double MOST_DISTORTION = 1000; // real ones have up to some tens

  private final String id;

  private PlausibleModel(String id) {
    this.id = id;
  }

  /** Throws {@link SceneException} UNSUPPORTED_INPUT that names the odd values. */
  static void check(String id, SceneImages images) {
    PlausibleModel model = new PlausibleModel(id);
    images.present().forEach(model::checkLens);
    images.present().forEach(model::checkPlace);
    ColmapPoints points = images.points();
    if (points.size() > 0 && points.usable() == 0) {
      throw model.refusal(
          "none of the %d points of its model can be used, the first is at %s; coordinates must be numbers up to %.0e"
              .formatted(
                  points.size(),
                  Arrays.toString(Arrays.copyOf(points.positions(), 3)),
                  ColmapPoints.FARTHEST));
    }
  }

  private void checkLens(SourceImage image) {
    ColmapCamera camera = image.camera();
    int side = Math.max(camera.width(), camera.height());
    checkFocalLength(image, side, camera.fx());
    checkFocalLength(image, side, camera.fy());
    double farthest = Math.max(Math.abs(camera.cx()), Math.abs(camera.cy()));
    if (farthest > FARTHEST_PRINCIPAL_POINT * side) {
      throw odd(
          image,
          "the principal point (%s, %s) px, more than %.0f times the longer side away",
          camera.cx(),
          camera.cy(),
          FARTHEST_PRINCIPAL_POINT);
    }
    double distortion = camera.mostDistortion();
    if (distortion > MOST_DISTORTION) {
      throw odd(image, "a distortion of %s, at most %.0f is possible", distortion, MOST_DISTORTION);
    }
  }

  private void checkFocalLength(SourceImage image, int side, double length) {
    if (length < SHORTEST_FOCAL_LENGTH * side || length > LONGEST_FOCAL_LENGTH * side) {
      throw odd(
          image,
          "a focal length of %s px, need %s to %.0f times the longer side",
          length,
          SHORTEST_FOCAL_LENGTH,
          LONGEST_FOCAL_LENGTH);
    }
  }

  private void checkPlace(SourceImage image) {
    double[] center = image.pinhole().center();
    if (!Arrays.stream(center).allMatch(c -> Math.abs(c) <= ColmapPoints.FARTHEST)) {
      throw odd(
          image,
          "its place at %s, at most %.0e is possible",
          Arrays.toString(center),
          ColmapPoints.FARTHEST);
    }
  }

  private SceneException odd(SourceImage image, String what, Object... values) {
    return refusal(
        "the %s camera of %s, %d x %d px, has %s"
            .formatted(
                image.camera().model(),
                image.name(),
                image.camera().width(),
                image.camera().height(),
                String.format(Locale.ROOT, what, values)));
  }

  private SceneException refusal(String why) {
    return new SceneException(
        Verdict.UNSUPPORTED_INPUT,
        "Cannot use the model of scene %s: %s. Make it again with COLMAP, or give the photographs alone."
            .formatted(id, why));
  }
}
