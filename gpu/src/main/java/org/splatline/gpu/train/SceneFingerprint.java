package org.splatline.gpu.train;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;
import org.splatline.gpu.backend.Target;
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
      for (Target target : targets) {
        CRC32C checksum = new CRC32C();
        checksum.update(target.picture().pixels());
        checksum.update(target.picture().mask());
        digest.update(Long.toHexString(checksum.getValue()).getBytes(StandardCharsets.UTF_8));
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Cannot fingerprint a scene: this JVM lacks SHA-256", e);
    }
  }
}
