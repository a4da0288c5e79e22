package org.splatline.gpu.train;

import java.util.List;
import org.splatline.gpu.scene.View;

/**
 * The scene's size in world units, by which rates and sizes scale: 1.1 times the largest distance
 * of a training camera from the cameras' mean (Kerbl et al. 2023, their code).
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
