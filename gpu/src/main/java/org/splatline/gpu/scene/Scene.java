package org.splatline.gpu.scene;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One capture, ready to train: pinhole views split into those trained on and those held out, and
 * the points to start from.
 *
 * @param id the scene's name
 * @param trainViews sorted by name
 * @param testViews held out, sorted by name
 * @param points at least one
 * @param missing images the model names but the folder lacks
 * @param alignment the file that says where on the earth the scene lies, not yet read
 */
public record Scene(
    String id,
    List<View> trainViews,
    List<View> testViews,
    SparsePoints points,
    List<String> missing,
    Optional<Path> alignment) {

  /** Nobody knows where on the earth. */
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
