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
 * @param name file name; views are sorted and split by it
 * @param camera the camera at the photograph's stored size, or at its upright size where EXIF says
 *     that it is stored on its side
 * @param image the photograph's file
 * @param mask the mask's file; without one all pixels count
 */
public record View(String name, Camera camera, Path image, Optional<Path> mask) {

  /** A view without a mask. */
  public View(String name, Camera camera, Path image) {
    this(name, camera, image, Optional.empty());
  }

  /** The same view with another camera. */
  public View withCamera(Camera newCamera) {
    return new View(name, newCamera, image, mask);
  }

  /**
   * Reads the photograph, with its mask. It is turned upright only where its stored size is not the
   * camera's.
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
