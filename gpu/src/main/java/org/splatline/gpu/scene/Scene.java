package org.splatline.gpu.scene;

import java.util.List;

/**
 * One capture, ready to train: pinhole views split into those trained on and those held out, and
 * the points to start from.
 *
 * @param id the scene's name
 * @param trainViews sorted by name
 * @param testViews held out, sorted by name
 * @param points at least one
 * @param missing images the model names but the folder lacks
 */
public record Scene(
    String id,
    List<View> trainViews,
    List<View> testViews,
    SparsePoints points,
    List<String> missing) {

  public Scene {
    trainViews = List.copyOf(trainViews);
    testViews = List.copyOf(testViews);
    missing = List.copyOf(missing);
  }
}
