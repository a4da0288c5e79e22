package org.splatline.pipeline.stage;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.splatline.gpu.colmap.ColmapBinary;
import org.splatline.gpu.colmap.Undistorter;
import org.splatline.gpu.geo.AlignmentJson;
import org.splatline.gpu.scene.SceneImages;
import org.splatline.gpu.scene.SceneReader;
import org.splatline.gpu.sfm.SfmConfig;
import org.splatline.gpu.sfm.SfmGate;
import org.splatline.gpu.train.SceneTraining;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.pipeline.input.SceneSource;

/**
 * Checks the cameras that a scene brings, before any executor with a GPU is needed.
 *
 * @param minPresentShare share of the model's photographs that must be present, [0, 1]
 * @param minViews training views that a scene needs
 */
record BroughtModel(SfmConfig config, double minPresentShare, int minViews)
    implements Serializable {

  /**
   * The scene with pinhole cameras.
   *
   * @param brought the scene's folder
   * @param target for an undistorted scene; made if it is needed
   * @param onLine receives COLMAP's output, line by line
   * @return {@code brought} where its cameras are pinhole cameras, else {@code target}
   * @throws SceneException when the model cannot be used; it names the scene's own place
   */
  Path checked(SceneSource scene, Path brought, Path target, Consumer<String> onLine)
      throws IOException, InterruptedException {
    try {
      SceneImages images = SceneImages.read(scene.id(), brought, minPresentShare);
      new SfmGate(config, scene.id()).checkBrought(images);
      Path pinhole = images.isDistorted() ? undistorted(scene, brought, target, onLine) : brought;
      Path alignment = brought.resolve(SceneReader.ALIGNMENT);
      if (Files.isRegularFile(alignment)) {
        AlignmentJson.read(alignment);
      }
      SceneTraining.requireViews(SceneReader.read(scene.id(), pinhole, minPresentShare), minViews);
      return pinhole;
    } catch (SceneException e) {
      throw new SceneException(
          e.verdict(), e.getMessage().replace(brought.toString(), scene.uri()), e);
    }
  }

  private Path undistorted(SceneSource scene, Path brought, Path target, Consumer<String> onLine)
      throws IOException, InterruptedException {
    new Undistorter(new ColmapBinary(config.colmap()), config.timeout())
        .undistort(scene.id(), brought, target, minPresentShare, onLine);
    return target;
  }
}
