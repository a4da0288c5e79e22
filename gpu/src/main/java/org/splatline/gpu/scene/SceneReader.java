package org.splatline.gpu.scene;

import java.nio.file.Path;

/** Reads a scene folder: {@code images/} with {@code sparse/0/} or {@code transforms*.json}. */
public final class SceneReader {
  private SceneReader() {}

  /**
   * @param minPresentShare share of the model's images that must be present, (0, 1]
   */
  public static Scene read(String id, Path folder, double minPresentShare) {
    throw new UnsupportedOperationException(id + folder + minPresentShare);
  }
}
