package org.splatline.gpu.scene;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

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

  /** The same scene, with at most {@code number} points if they are random. */
  public Scene withRandomPointsCapped(int number) {
    return new Scene(id, trainViews, testViews, points.capped(number), missing, alignment);
  }

  /** The same scene, with each view replaced. */
  public Scene withViews(UnaryOperator<View> change) {
    return new Scene(
        id,
        trainViews.stream().map(change).toList(),
        testViews.stream().map(change).toList(),
        points,
        missing,
        alignment);
  }
}
