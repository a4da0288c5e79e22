package org.splatline.gpu.train;

import java.util.List;
import org.splatline.gpu.scene.View;

/**
 * The size of a scene in world units: 1.1 times the largest distance of a training camera from the
 * mean of all. Learning rates and sizes are multiplied by it. From the code of Kerbl et al. 2023.
 */
final class SceneExtent {
  private SceneExtent() {}

  static double of(List<View> trainViews) {
    double[] mean = new double[3];
    for (View view : trainViews) {
      double[] center = view.camera().center();
      for (int i = 0; i < 3; i++) {
        mean[i] += center[i] / trainViews.size();
      }
    }
    double largest = 0;
    for (View view : trainViews) {
      double[] center = view.camera().center();
      double squared = 0;
      for (int i = 0; i < 3; i++) {
        squared += (center[i] - mean[i]) * (center[i] - mean[i]);
      }
      largest = Math.max(largest, Math.sqrt(squared));
    }
    return largest > 0 ? 1.1 * largest : 1; // all cameras in one place
  }
}
