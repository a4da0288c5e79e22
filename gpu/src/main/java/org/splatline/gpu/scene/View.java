package org.splatline.gpu.scene;

import java.nio.file.Path;
import java.util.Optional;
import org.splatline.gpu.picture.Orientation;
import org.splatline.gpu.picture.Picture;
import org.splatline.gpu.picture.PictureReader;
import org.splatline.gpu.verdict.SceneException;

/**
 * One registered photograph.
 *
 * @param name its file name, the key by which views are sorted and split
 * @param camera of the photograph at the size it is stored in, or at its upright size where EXIF
 *     says that it was stored on its side
 * @param image the file
 * @param mask of the pixels that count; absent: all do
 */
public record View(String name, Camera camera, Path image, Optional<Path> mask) {

  /** A view of which every pixel counts. */
  public View(String name, Camera camera, Path image) {
    this(name, camera, image, Optional.empty());
  }

  /**
   * Its photograph, with its mask, as its camera took it: turned upright only where the stored size
   * isn't the camera's.
   *
   * @throws SceneException as {@link PictureReader#read(Path)}
   */
  public Picture picture() {
    Picture picture = PictureReader.read(image);
    Picture masked = mask.map(PictureReader::read).map(picture::maskedBy).orElse(picture);
    Intrinsics size = camera.intrinsics();
    return masked.width() == size.width() && masked.height() == size.height()
        ? masked
        : Orientation.of(image).upright(masked);
  }
}
