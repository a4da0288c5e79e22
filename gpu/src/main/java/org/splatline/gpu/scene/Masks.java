package org.splatline.gpu.scene;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.splatline.gpu.picture.PictureReader;
import org.splatline.gpu.picture.PictureSize;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/**
 * The pictures in a scene's folder {@code masks/}. A photograph's pixels count where its mask is
 * white (128 and more). The mask of {@code images/a/1.jpg} is {@code masks/a/1.jpg.png}, as in
 * COLMAP, or {@code masks/a/1.png}.
 */
public record Masks(Path folder) {

  /** The masks of a scene's folder, which may have none. */
  public static Masks of(Path scene) {
    return new Masks(scene.resolve("masks"));
  }

  /** Whether the scene has a folder of masks. */
  public boolean exist() {
    return Files.isDirectory(folder);
  }

  /**
   * The mask of a photograph. All pixels of a photograph without a mask count.
   *
   * @throws SceneException UNSUPPORTED_INPUT when the mask has another size than the photograph;
   *     UNREADABLE_IMAGES when it cannot be read
   */
  public Optional<Path> of(SourceImage image) {
    String name = image.name();
    int dot = name.lastIndexOf('.');
    String stem = dot > name.lastIndexOf('/') ? name.substring(0, dot) : name;
    Optional<Path> mask =
        List.of(name + ".png", stem + ".png").stream()
            .map(file -> SceneFiles.resolve(folder, file, folder))
            .filter(Files::isRegularFile)
            .findFirst();
    mask.ifPresent(file -> checkSize(file, image));
    return mask;
  }

  private static void checkSize(Path mask, SourceImage image) {
    PictureSize size = PictureReader.size(mask);
    PictureSize wanted = PictureReader.size(image.file());
    if (!size.equals(wanted)) {
      throw new SceneException(
          Verdict.UNSUPPORTED_INPUT,
          "Cannot use mask %s: it has %s px, its photograph %s has %s px. Make every mask as large as its photograph."
              .formatted(mask, size, image.name(), wanted));
    }
  }
}
