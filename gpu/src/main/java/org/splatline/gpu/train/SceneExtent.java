package org.splatline.gpu.train;

import java.util.List;
import org.splatline.gpu.backend.FarLimits;
import org.splatline.gpu.scene.Scene;
import org.splatline.gpu.scene.SparsePoints;
import org.splatline.gpu.scene.View;

/**
 * The size of a scene in world units. Learning rates and sizes are multiplied by it.
 *
 * <p>By cameras it is 1.1 times the largest distance of a training camera from the middle of all:
 * from the code of Kerbl et al. 2023. This suits cameras around an object. In a panorama or a
 * capture that faces one way, cameras are close together and the scene is far away: Gaussians would
 * hardly move, and all would count as large. By points the extent is therefore at least the median,
 * over training views, of the median depth of the points that the view shows. A scene without
 * measured points is an object that the cameras surround at several times its size, where steps in
 * units of the cameras' distance are too long: by points the extent is half the side of the cube in
 * which its random points start.
 */
final class SceneExtent {
  private SceneExtent() {}

  /** The extent by {@code train.scene-extent}, above 0. */
  static double of(Scene scene, ScheduleConfig train) {
    double spread = spread(scene.trainViews());
    double extent =
        switch (train.sceneExtent()) {
          case CAMERAS -> spread;
          case POINTS ->
              scene.points().origin() == SparsePoints.Origin.RANDOM
                  ? halfSide(scene.points())
                  : Math.max(spread, depth(scene));
        };
    return extent > 0 ? extent : 1; // all cameras in one place
  }

  /** The middle of the training cameras, [3] world units. */
  static double[] middle(List<View> trainViews) {
    double[] mean = new double[3];
    for (View view : trainViews) {
      double[] center = view.camera().center();
      for (int i = 0; i < 3; i++) {
        mean[i] += center[i] / trainViews.size();
      }
    }
    return mean;
  }

  /** Limits that grow beyond one extent from the middle of the cameras. */
  static FarLimits farLimits(List<View> trainViews, double extent) {
    double[] middle = middle(trainViews);
    return new FarLimits((float) middle[0], (float) middle[1], (float) middle[2], (float) extent);
  }

  private static double spread(List<View> trainViews) {
    double[] mean = middle(trainViews);
    double largest = 0;
    for (View view : trainViews) {
      double[] center = view.camera().center();
      double squared = 0;
      for (int i = 0; i < 3; i++) {
        squared += (center[i] - mean[i]) * (center[i] - mean[i]);
      }
      largest = Math.max(largest, Math.sqrt(squared));
    }
    return 1.1 * largest;
  }

  /** Half the side of the cube that the points fill. */
  private static double halfSide(SparsePoints points) {
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < points.positions().length; i += 3) {
      low = Math.min(low, points.positions()[i]);
      high = Math.max(high, points.positions()[i]);
    }
    return (high - low) / 2;
  }

  /** 0 if no view shows a point. */
  private static double depth(Scene scene) {
    double[] medians =
        scene.trainViews().parallelStream()
            .map(view -> PointDepths.of(view, scene.points()))
            .filter(depths -> depths.size() > 0)
            .mapToDouble(depths -> depths.quantile(0.5))
            .toArray();
    return medians.length > 0 ? PointDepths.median(medians) : 0;
  }
}
