package org.splatline.gpu.picture;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Writes small pictures. */
public final class TestPictures {
  private TestPictures() {}

  /** Writes a coloured gradient, in the format of the file's suffix. Makes missing folders. */
  public static Path write(Path file, int width, int height) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(
            x, y, (255 * x / width) << 16 | (255 * y / height) << 8 | ((x * 7 + y * 13) & 255));
      }
    }
    return write(file, image);
  }

  /** Writes an image, in the format of the file's suffix. Makes missing folders. */
  public static Path write(Path file, BufferedImage image) throws IOException {
    Files.createDirectories(file.getParent());
    String name = file.getFileName().toString();
    String suffix = name.substring(name.lastIndexOf('.') + 1);
    if (!ImageIO.write(image, suffix, file.toFile())) {
      throw new IOException("no writer for " + file);
    }
    return file;
  }
}
