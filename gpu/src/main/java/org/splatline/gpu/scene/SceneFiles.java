package org.splatline.gpu.scene;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.splatline.gpu.picture.Orientation;
import org.splatline.gpu.picture.PictureReader;
import org.splatline.gpu.picture.PictureSize;
import org.splatline.gpu.scene.colmap.ColmapCamera;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/** Pictures by the names models give them, never outside the scene's folder. */
final class SceneFiles {
  private SceneFiles() {}

  /**
   * @param name relative path with / or \ between folders
   * @param source file the name stands in, for the message
   * @throws SceneException UNSUPPORTED_INPUT when the name leads out of {@code root}
   */
  static Path resolve(Path root, String name, Path source) {
    try {
      Path base = root.normalize();
      Path file = base.resolve(name.replace('\\', '/')).normalize();
      if (file.startsWith(base) && !file.equals(base) && !name.startsWith("/")) {
        return file;
      }
    } catch (InvalidPathException e) {
      throw escaping(root, name, source);
    }
    throw escaping(root, name, source);
  }

  private static SceneException escaping(Path root, String name, Path source) {
    return new SceneException(
        Verdict.UNSUPPORTED_INPUT,
        "Cannot use %s: it names the image «%s», which is not below %s. Give images by their path below that folder."
            .formatted(source, name, root));
  }

  /**
   * A camera for the picture that is really there: the model's own, or the same lens at another
   * size where both have one shape within a pixel. A model that knows the picture's stored size was
   * made from the stored pixels; one that knows its upright size alone, from upright ones.
   *
   * @throws SceneException UNSUPPORTED_INPUT when the shapes differ; UNREADABLE_IMAGES
   */
  static ColmapCamera fitted(ColmapCamera camera, Path file, Path source) {
    PictureSize stored = PictureReader.size(file);
    PictureSize wanted = new PictureSize(camera.width(), camera.height());
    if (stored.equals(wanted)) {
      return camera;
    }
    PictureSize upright = Orientation.of(file).upright(stored);
    if (upright.equals(wanted)) {
      return camera;
    }
    for (PictureSize size : List.of(stored, upright)) {
      if (haveOneShape(size, wanted)) {
        return camera.resized(size.width(), size.height());
      }
    }
    throw new SceneException(
        Verdict.UNSUPPORTED_INPUT,
        "Cannot use %s: its camera for %s is %d x %d px, the picture is %s px, another shape. Copy the pictures the model was made from."
            .formatted(source, file, camera.width(), camera.height(), stored));
  }

  /** Within a pixel of one side. */
  private static boolean haveOneShape(PictureSize a, PictureSize b) {
    double width = (double) b.width() * a.height() / b.height();
    double height = (double) b.height() * a.width() / b.width();
    return Math.abs(width - a.width()) <= 1 || Math.abs(height - a.height()) <= 1;
  }
}
