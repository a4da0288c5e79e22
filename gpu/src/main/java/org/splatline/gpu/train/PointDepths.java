package org.splatline.gpu.train;

import java.util.Arrays;
import org.splatline.gpu.scene.Camera;
import org.splatline.gpu.scene.Intrinsics;
import org.splatline.gpu.scene.SparsePoints;
import org.splatline.gpu.scene.View;

/**
 * How far the points are that a view shows. These are the points that the view itself observed, by
 * the tracks of structure from motion. Where a scene has no tracks, they are the points that
 * project into the view's picture, even if something hides them.
 */
final class PointDepths {
  private final double[] sorted;

  private PointDepths(double[] sorted) {
    this.sorted = sorted;
  }

  static PointDepths of(View view, SparsePoints points) {
    return new PointDepths(
        points.observed().isEmpty() ? projected(view, points) : observed(view, points));
  }

  private static double[] observed(View view, SparsePoints points) {
    double[] rotation = view.camera().rotation();
    double[] translation = view.camera().translation();
    int[] observed = points.observed().getOrDefault(view.name(), new int[0]);
    return Arrays.stream(observed)
        .mapToDouble(i -> inCamera(2, rotation, translation, points.positions(), i))
        .filter(z -> z > 0)
        .sorted()
        .toArray();
  }

  private static double[] projected(View view, SparsePoints points) {
    Camera camera = view.camera();
    double[] rotation = camera.rotation();
    double[] translation = camera.translation();
    Intrinsics in = camera.intrinsics();
    double[] depths = new double[points.size()];
    int n = 0;
    for (int i = 0; i < points.size(); i++) {
      double z = inCamera(2, rotation, translation, points.positions(), i);
      if (z > 0) {
        double u =
            in.fx() * inCamera(0, rotation, translation, points.positions(), i) / z + in.cx();
        double v =
            in.fy() * inCamera(1, rotation, translation, points.positions(), i) / z + in.cy();
        if (0 <= u && u < in.width() && 0 <= v && v < in.height()) {
          depths[n++] = z;
        }
      }
    }
    double[] sorted = Arrays.copyOf(depths, n);
    Arrays.sort(sorted);
    return sorted;
  }

  private static double inCamera(
      int axis, double[] rotation, double[] translation, float[] positions, int i) {
    return rotation[3 * axis] * positions[3 * i]
        + rotation[3 * axis + 1] * positions[3 * i + 1]
        + rotation[3 * axis + 2] * positions[3 * i + 2]
        + translation[axis];
  }

  /** The number of points in front of the camera. */
  int size() {
    return sorted.length;
  }

  /**
   * The depth that this share of the points does not exceed, world units.
   *
   * @param share in [0, 1]; there is at least one point
   */
  double quantile(double share) {
    return sorted[(int) Math.floor(share * (sorted.length - 1))];
  }

  /** The middle one of some numbers, or the mean of the middle two. At least one number. */
  static double median(double[] values) {
    double[] ordered = values.clone();
    Arrays.sort(ordered);
    return 0.5 * (ordered[(ordered.length - 1) / 2] + ordered[ordered.length / 2]);
  }
}
