package org.splatline.gpu.scene;

import java.nio.file.Path;

/** Decodes photographs. */
public final class PictureReader {
  private PictureReader() {}

  /** The whole picture; alpha kept. Throws {@link SceneException} when it can't be decoded. */
  public static Picture read(Path file) {
    throw new UnsupportedOperationException(file.toString());
  }
}
