package org.splatline.gpu.scene;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One capture, ready to train: pinhole views, split into training and held-out views, and the
 * points to start from.
 *
 * @param id the scene's name
 * @param trainViews views to train on, sorted by name
 * @param testViews held-out views, sorted by name
 * @param points at least one
 * @param missing names of images that the model has but the folder lacks
 * @param alignment the file with the scene's position on the earth, not yet read
 */
public record Scene(
    String id,
    List<View> trainViews,
    List<View> testViews,
    SparsePoints points,
    List<String> missing,
    Optional<Path> alignment) {

  /** A scene whose position on the earth is unknown. */
  public Scene(
      String id,
      List<View> trainViews,
      List<View> testViews,
      SparsePoints points,
      List<String> missing) {
    this(id, trainViews, testViews, points, missing, Optional.empty());
  }

  public Scene {
    trainViews = List.copyOf(trainViews);
    testViews = List.copyOf(testViews);
    missing = List.copyOf(missing);
  }
}
