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

/** Finds the pictures that models name. Never leaves the scene's folder. */
final class SceneFiles {
  private SceneFiles() {}

  /**
   * The path of a picture below {@code root}.
   *
   * @param name relative path with / or \ between folders
   * @param source the file that has the name, for the message
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
        "Cannot use %s: it names the image '%s', which is not below %s. Name images by their path below that folder."
            .formatted(source, name, root));
  }

  /**
   * The camera that fits a picture file. That is the model's camera where its size is the picture's
   * stored size or its upright size. Otherwise it is the same lens at the picture's size, if both
   * have the same shape within a pixel; the stored size is tried first.
   *
   * @throws SceneException UNSUPPORTED_INPUT when the shapes differ; UNREADABLE_IMAGES when the
   *     picture's size cannot be read
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
      if (haveSameShape(size, wanted)) {
        return resized(camera, size, source);
      }
    }
    throw new SceneException(
        Verdict.UNSUPPORTED_INPUT,
        "Cannot use %s: its camera for %s has %d x %d px, the picture has %s px, which is another shape. Use the pictures that the model was made from."
            .formatted(source, file, camera.width(), camera.height(), stored));
  }

  private static ColmapCamera resized(ColmapCamera camera, PictureSize size, Path source) {
    try {
      return camera.resized(size.width(), size.height());
    } catch (IllegalArgumentException e) { // a focal length becomes 0
      throw new SceneException(
          Verdict.UNSUPPORTED_INPUT,
          "Cannot use %s: its camera %s cannot be scaled to a picture of %s px: %s. Write the model again."
              .formatted(source, camera, size, e.getMessage()),
          e);
    }
  }

  /** Whether one side differs by at most a pixel when the other is scaled to the same length. */
  private static boolean haveSameShape(PictureSize a, PictureSize b) {
    double width = (double) b.width() * a.height() / b.height();
    double height = (double) b.height() * a.width() / b.width();
    return Math.abs(width - a.width()) <= 1 || Math.abs(height - a.height()) <= 1;
  }
}
