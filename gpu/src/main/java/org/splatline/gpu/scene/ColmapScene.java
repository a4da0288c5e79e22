package org.splatline.gpu.scene;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.splatline.gpu.scene.colmap.ColmapCamera;
import org.splatline.gpu.scene.colmap.ColmapImage;
import org.splatline.gpu.scene.colmap.ColmapModel;

/** Reads a scene folder with {@code images/} and {@code sparse/0/}. */
final class ColmapScene {
  private ColmapScene() {}

  static SceneImages read(Path folder) {
    Path modelFolder = folder.resolve("sparse/0");
    ColmapModel model = ColmapModel.read(modelFolder);
    List<SourceImage> present = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (ColmapImage image : model.images()) {
      Path file = SceneFiles.resolve(folder.resolve("images"), image.name(), modelFolder);
      if (Files.isRegularFile(file)) {
        ColmapCamera camera =
            SceneFiles.fitted(model.cameras().get(image.cameraId()), file, modelFolder);
        present.add(new SourceImage(image.name(), file, camera, image, SourceImage.Part.BY_INDEX));
      } else {
        missing.add(image.name());
      }
    }
    present.sort(Comparator.comparing(SourceImage::name));
    missing.sort(Comparator.naturalOrder());
    return new SceneImages(present, missing, model.points(), SceneImages.Space.BETWEEN_CAMERAS);
  }
}
