package org.splatline.gpu.scene;

import java.nio.file.Path;
import org.splatline.gpu.scene.colmap.ColmapCamera;
import org.splatline.gpu.scene.colmap.ColmapImage;

/**
 * A photograph a scene's model names and its folder holds.
 *
 * @param name path below {@code images/}, or below the scene's folder if it isn't there
 * @param camera lens, at the size of the file, maybe distorted
 * @param pose where it was taken from; its camera id means nothing here
 */
public record SourceImage(
    String name, Path file, ColmapCamera camera, ColmapImage pose, Part part) {

  /** Which side of the split the source puts it on. */
  public enum Part {
    TRAIN,
    TEST,
    /** Not said: every eighth by name is held out. */
    BY_INDEX
  }

  /** Where it was taken from, with the pinhole part of its lens. */
  Camera pinhole() {
    return pose.camera(camera.intrinsics());
  }

  /** As training takes it. */
  View view(Masks masks) {
    return new View(name, pinhole(), file, masks.of(this));
  }
}
