package org.splatline.pipeline.sfm;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.splatline.gpu.scene.colmap.ColmapModel;
import org.splatline.gpu.scene.colmap.ModelStatistics;

/**
 * One of the models COLMAP made of a scene; several when its photographs fall into groups.
 *
 * @param folder holds cameras, images and points3D
 * @param registered photographs, in code-unit order of their names
 * @param statistics what it is worth
 */
record SubModel(Path folder, List<SfmReport.Registered> registered, ModelStatistics statistics) {
  /** By registered photographs, then points; equals stay as they were found. */
  static final Comparator<SubModel> LARGEST_FIRST =
      Comparator.<SubModel>comparingInt(model -> model.statistics.registeredImages())
          .thenComparingInt(model -> model.statistics.points())
          .reversed();

  SubModel {
    registered = List.copyOf(registered);
  }

  static SubModel read(Path folder) {
    ColmapModel model = ColmapModel.read(folder);
    return new SubModel(
        folder,
        model.images().stream()
            .map(image -> new SfmReport.Registered(image.name(), image.observations()))
            .sorted(Comparator.comparing(SfmReport.Registered::name))
            .toList(),
        model.statistics());
  }

  /** Of the registered photographs, in code-unit order. */
  List<String> names() {
    return registered.stream().map(SfmReport.Registered::name).toList();
  }

  /** The one with most registered photographs, then most points, then the first. */
  static Optional<SubModel> best(List<SubModel> models) {
    return models.stream().sorted(LARGEST_FIRST).findFirst();
  }
}
