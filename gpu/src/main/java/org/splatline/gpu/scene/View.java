package org.splatline.gpu.scene;

import java.nio.file.Path;
import java.util.Optional;

/**
 * One registered photograph.
 *
 * @param name its file name, the key by which views are sorted and split
 * @param camera of the photograph at the size it is stored in
 * @param image the file
 * @param mask of the pixels that count; absent: all do
 */
public record View(String name, Camera camera, Path image, Optional<Path> mask) {

  /** A view of which every pixel counts. */
  public View(String name, Camera camera, Path image) {
    this(name, camera, image, Optional.empty());
  }

  /**
   * Its photograph, with its mask.
   *
   * @throws SceneException as {@link PictureReader#read(Path)}
   */
  public Picture picture() {
    Picture picture = PictureReader.read(image);
    return mask.map(PictureReader::read).map(picture::maskedBy).orElse(picture);
  }
}
