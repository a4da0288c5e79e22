package org.splatline.gpu.train;

import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.splatline.gpu.backend.Target;
import org.splatline.gpu.io.Sha256;
import org.splatline.gpu.scene.Camera;
import org.splatline.gpu.scene.Scene;
import org.splatline.gpu.scene.View;

/** Tells whether a checkpoint is of this scene: names, cameras, points, and what is trained on. */
final class SceneFingerprint {
  private SceneFingerprint() {}

  /**
   * sha256, hexadecimal.
   *
   * @param targets the training views' pictures, of which a checksum counts
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
      CRC32C checksum = new CRC32C();
      checksum.update(target.picture().pixels());
      checksum.update(target.picture().mask());
      sum.add(Long.toHexString(checksum.getValue()));
    }
    return sum.hex();
  }
}
