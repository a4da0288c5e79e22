package org.splatline.gpu.scene;

import java.nio.file.Path;
import org.splatline.gpu.scene.colmap.ColmapCamera;
import org.splatline.gpu.scene.colmap.ColmapImage;

/**
 * A photograph that a scene's model names and that its folder holds. Its camera may be distorted.
 *
 * @param name path below {@code images/}; below the scene's folder where the file is elsewhere
 * @param camera the camera at the size of the file
 * @param extrinsics where the photograph was taken from; its id is that in the tracks of points
 * @param part the side of the split that the source puts it on
 */
public record SourceImage(
    String name, Path file, ColmapCamera camera, ColmapImage extrinsics, Part part) {

  /** A side of the split into training views and held-out views. */
  public enum Part {
    TRAIN,
    TEST,
    /** The source has no split: every eighth by name is held out. */
    BY_INDEX
  }

  /** The camera without its distortion. */
  public Camera pinhole() {
    double[] q = extrinsics.quaternion();
    return Camera.ofQuaternion(
        Intrinsics.of(camera), q[0], q[1], q[2], q[3], extrinsics.translation());
  }

  /** The view that training uses. */
  View view(Masks masks) {
    return new View(name, pinhole(), file, masks.of(this));
  }
}
