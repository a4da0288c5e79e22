package org.splatline.pipeline.colmap;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.splatline.gpu.scene.ModelStatistics;

/**
 * One of the models COLMAP made of a scene; several when its photographs fall into groups.
 *
 * @param folder holds cameras, images and points3D
 * @param statistics what it is worth
 */
record SubModel(Path folder, ModelStatistics statistics) {
  private static final Comparator<SubModel> BY_SIZE =
      Comparator.<SubModel>comparingInt(model -> model.statistics.registeredImages())
          .thenComparingInt(model -> model.statistics.points());

  /** The one with most registered photographs, then most points, then the first. */
  static Optional<SubModel> best(List<SubModel> models) {
    return models.stream().reduce((a, b) -> BY_SIZE.compare(b, a) > 0 ? b : a);
  }
}
