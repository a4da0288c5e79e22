package org.splatline.gpu.colmap;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.splatline.gpu.scene.ColmapCamera;
import org.splatline.gpu.scene.ColmapImage;
import org.splatline.gpu.scene.ColmapModel;
import org.splatline.gpu.scene.SceneImages;
import org.splatline.gpu.scene.SourceImage;

/**
 * A scene as COLMAP's undistorter takes it: pictures below one folder, and a model of those that
 * are present, its cameras at the pictures' size (it aborts on others).
 */
record UndistortionInput(Path pictures, ColmapModel model) {

  static UndistortionInput of(Path scene, SceneImages images) {
    Path below = scene.resolve("images").normalize();
    boolean allBelow = images.present().stream().allMatch(image -> image.file().startsWith(below));
    Path pictures = allBelow ? below : scene.normalize();
    Map<ColmapCamera, Integer> cameraIds = new LinkedHashMap<>();
    List<ColmapImage> registered = new ArrayList<>();
    for (SourceImage image : images.present()) {
      int cameraId = cameraIds.computeIfAbsent(image.camera(), camera -> cameraIds.size() + 1);
      String name = pictures.relativize(image.file()).toString().replace('\\', '/');
      registered.add(
          new ColmapImage(
              registered.size() + 1,
              name,
              cameraId,
              image.pose().quaternion(),
              image.pose().translation(),
              0));
    }
    Map<Integer, ColmapCamera> cameras = new LinkedHashMap<>();
    cameraIds.forEach((camera, id) -> cameras.put(id, camera));
    return new UndistortionInput(pictures, new ColmapModel(cameras, registered, images.points()));
  }
}
