package org.splatline.gpu.train;

import java.util.Arrays;
import java.util.List;
import org.splatline.gpu.backend.Target;
import org.splatline.gpu.io.Sha256;
import org.splatline.gpu.scene.Camera;
import org.splatline.gpu.scene.Scene;
import org.splatline.gpu.scene.View;

/** Identifies the scene of a checkpoint by its view names, cameras, points and pictures. */
final class SceneFingerprint {
  private SceneFingerprint() {}

  /**
   * SHA-256, hexadecimal.
   *
   * @param targets the pictures of the training views; their checksums are included
   */
  static String of(Scene scene, List<Target> targets) {
    Sha256 sum = new Sha256();
    for (List<View> views : List.of(scene.trainViews(), scene.testViews())) {
      for (View view : views) {
        Camera camera = view.camera();
        String line =
            "%s %s %s %s%n"
                .formatted(
                    view.name(),
                    camera.intrinsics(),
                    Arrays.toString(camera.rotation()),
                    Arrays.toString(camera.translation()));
        sum.add(line);
      }
    }
    sum.add(Integer.toString(Arrays.hashCode(scene.points().positions())));
    for (Target target : targets) {
      sum.add(Long.toHexString(target.picture().checksum()));
    }
    return sum.hex();
  }
}
