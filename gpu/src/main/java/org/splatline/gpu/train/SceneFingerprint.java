package org.splatline.gpu.train;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.splatline.gpu.scene.Camera;
import org.splatline.gpu.scene.Scene;
import org.splatline.gpu.scene.View;

/** Tells whether a checkpoint is of this scene: names, cameras and points, not pixels. */
final class SceneFingerprint {
  private SceneFingerprint() {}

  /** sha256, hexadecimal. */
  static String of(Scene scene) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
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
          digest.update(line.getBytes(StandardCharsets.UTF_8));
        }
      }
      digest.update(
          Integer.toString(Arrays.hashCode(scene.points().positions()))
              .getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Cannot fingerprint a scene: this JVM lacks SHA-256", e);
    }
  }
}
