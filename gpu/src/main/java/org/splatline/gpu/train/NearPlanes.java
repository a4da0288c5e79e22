package org.splatline.gpu.train;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.splatline.gpu.scene.Camera;
import org.splatline.gpu.scene.Scene;
import org.splatline.gpu.scene.View;

/**
 * Gives each view its near plane by {@code train.near-plane}. World units of structure from motion
 * are arbitrary, so a fixed near plane of 0.2 may cut off half a scene, or be so near that a
 * Gaussian before the lens hides everything. With {@code points} it is a tenth of the distance of
 * the near points of the view.
 *
 * <p>The rule reads only cameras and points. So held-out views, and a model that is evaluated
 * later, get the same near planes. Rendering another camera uses {@link Camera#NEAR_PLANE}.
 */
public final class NearPlanes {
  private static final double SHARE = 0.1;
  private static final double NEAR_QUANTILE = 0.02; // nearer points may be outliers
  private static final double BEFORE_ALL = 0.9;

  /** Of the near points' depth. Points that are nearer still are outliers. */
  private static final double LEAST_SHARE = 0.01;

  /** CUDA's depth sort reaches to 65,536 near planes: to 16 times the depth of far points. */
  private static final double LEAST_SHARE_OF_FAR = 1.0 / 4096;

  private static final double FAR_QUANTILE = 0.98;
  private static final int ENOUGH_POINTS = 20;

  private NearPlanes() {}

  /** The scene with a near plane in the camera of each training and held-out view. */
  public static Scene in(Scene scene, ScheduleConfig train) {
    return switch (train.nearPlane()) {
      case FIXED -> scene;
      case POINTS -> byPoints(scene);
    };
  }

  private static Scene byPoints(Scene scene) {
    Map<View, Float> planes = new HashMap<>();
    Stream.concat(scene.trainViews().stream(), scene.testViews().stream())
        .parallel()
        .map(view -> Map.entry(view, PointDepths.of(view, scene.points())))
        .filter(entry -> entry.getValue().size() >= ENOUGH_POINTS)
        .toList()
        .forEach(entry -> planes.put(entry.getKey(), of(entry.getValue())));
    if (planes.isEmpty()) {
      return scene;
    }
    float usual =
        (float)
            PointDepths.median(planes.values().stream().mapToDouble(Float::doubleValue).toArray());
    return scene.withViews(
        view -> view.withCamera(view.camera().withNearPlane(planes.getOrDefault(view, usual))));
  }

  /**
   * A tenth of the 2nd percentile of depths; less if not all points would be behind it, but at
   * least a hundredth, and so much that the depth sort reaches the background.
   */
  static float of(PointDepths depths) {
    double near = depths.quantile(NEAR_QUANTILE);
    double before = Math.min(SHARE * near, BEFORE_ALL * depths.quantile(0));
    double least = Math.max(LEAST_SHARE * near, LEAST_SHARE_OF_FAR * depths.quantile(FAR_QUANTILE));
    return (float) Math.max(least, before);
  }
}
