package org.splatline.gpu.sfm;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.splatline.gpu.scene.colmap.ColmapModel;
import org.splatline.gpu.scene.colmap.ModelStatistics;

/**
 * One of the models that COLMAP made of a scene. There are several when the photographs fall into
 * groups.
 *
 * @param folder with cameras, images and points3D
 * @param registered photographs, in code-unit order of their names
 * @param statistics counts and errors of the model
 */
record SubModel(Path folder, List<SfmReport.Registered> registered, ModelStatistics statistics) {
  /** By registered photographs, then points. Equal models keep their order. */
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

  /** The names of the registered photographs, in code-unit order. */
  List<String> names() {
    return registered.stream().map(SfmReport.Registered::name).toList();
  }

  /** The model with most registered photographs, then most points, then the first. */
  static Optional<SubModel> best(List<SubModel> models) {
    return models.stream().sorted(LARGEST_FIRST).findFirst();
  }
}
