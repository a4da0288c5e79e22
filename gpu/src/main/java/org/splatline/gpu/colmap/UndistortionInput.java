package org.splatline.gpu.colmap;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.splatline.gpu.picture.PictureReader;
import org.splatline.gpu.picture.PictureSize;
import org.splatline.gpu.scene.Masks;
import org.splatline.gpu.scene.SceneImages;
import org.splatline.gpu.scene.SourceImage;
import org.splatline.gpu.scene.colmap.ColmapCamera;
import org.splatline.gpu.scene.colmap.ColmapImage;
import org.splatline.gpu.scene.colmap.ColmapModel;
import org.splatline.gpu.scene.colmap.ColmapPoints;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/**
 * A scene as COLMAP's undistorter takes it: pictures below one folder, and a model of those that
 * are present, its cameras at the pictures' size (it aborts on others).
 */
record UndistortionInput(Path pictures, ColmapModel model) {

  static UndistortionInput of(Path scene, SceneImages images) {
    Path below = scene.resolve("images").normalize();
    boolean allBelow = images.present().stream().allMatch(image -> image.file().startsWith(below));
    Path pictures = allBelow ? below : scene.normalize();
    List<Picture> named = new ArrayList<>();
    for (SourceImage image : images.present()) {
      checkStoredUpright(image);
      named.add(
          new Picture(pictures.relativize(image.file()).toString().replace('\\', '/'), image));
    }
    return new UndistortionInput(pictures, model(named, images.points()));
  }

  /** COLMAP takes pixels as they are stored. */
  private static void checkStoredUpright(SourceImage image) {
    PictureSize stored = PictureReader.size(image.file());
    ColmapCamera camera = image.camera();
    if (stored.width() != camera.width() || stored.height() != camera.height()) {
      throw new SceneException(
          Verdict.UNSUPPORTED_INPUT,
          "Cannot undistort %s: it is stored on its side with %s px, its camera has %d x %d px. Store it upright, or make the model from the stored pixels."
              .formatted(image.file(), stored, camera.width(), camera.height()));
    }
  }

  /**
   * The masks of the same scene as pictures of the same cameras, named as {@link Masks} finds them:
   * copied into {@code folder}. Without images when the scene has no masks.
   */
  static UndistortionInput ofMasks(Path scene, SceneImages images, Path folder) throws IOException {
    UndistortionInput photographs = of(scene, images);
    Masks masks = Masks.of(scene);
    List<Picture> named = new ArrayList<>();
    for (int i = 0; i < images.present().size(); i++) {
      SourceImage image = images.present().get(i);
      Optional<Path> mask = masks.of(image);
      if (mask.isPresent()) {
        String name = photographs.model().images().get(i).name() + ".png";
        Path copy = folder.resolve(name);
        Files.createDirectories(copy.getParent());
        Files.copy(mask.get(), copy);
        named.add(new Picture(name, image));
      }
    }
    return new UndistortionInput(folder, model(named, ColmapPoints.none()));
  }

  /** A picture by its path below the folder, taken as another was. */
  private record Picture(String name, SourceImage source) {}

  private static ColmapModel model(List<Picture> pictures, ColmapPoints points) {
    Map<ColmapCamera, Integer> cameraIds = new LinkedHashMap<>();
    List<ColmapImage> registered = new ArrayList<>();
    for (Picture picture : pictures) {
      SourceImage image = picture.source();
      int cameraId = cameraIds.computeIfAbsent(image.camera(), camera -> cameraIds.size() + 1);
      registered.add(
          new ColmapImage(
              registered.size() + 1,
              picture.name(),
              cameraId,
              image.extrinsics().quaternion(),
              image.extrinsics().translation(),
              0));
    }
    Map<Integer, ColmapCamera> cameras = new LinkedHashMap<>();
    cameraIds.forEach((camera, id) -> cameras.put(id, camera));
    return new ColmapModel(cameras, registered, points);
  }
}
