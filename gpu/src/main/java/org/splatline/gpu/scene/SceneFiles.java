package org.splatline.gpu.scene;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

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
   * size where both have one shape within a pixel.
   *
   * @throws SceneException UNSUPPORTED_INPUT when the shapes differ; UNREADABLE_IMAGES
   */
  static ColmapCamera fitted(ColmapCamera camera, Path file, Path source) {
    PictureSize size = PictureReader.size(file);
    if (size.width() == camera.width() && size.height() == camera.height()) {
      return camera;
    }
    double widthThen = (double) camera.width() * size.height() / camera.height();
    double heightThen = (double) camera.height() * size.width() / camera.width();
    if (Math.abs(widthThen - size.width()) <= 1 || Math.abs(heightThen - size.height()) <= 1) {
      return camera.resized(size.width(), size.height());
    }
    throw new SceneException(
        Verdict.UNSUPPORTED_INPUT,
        "Cannot use %s: its camera for %s is %d x %d px, the picture is %s px, another shape. Copy the pictures the model was made from."
            .formatted(source, file, camera.width(), camera.height(), size));
  }
}
