package org.splatline.pipeline.input;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;

/**
 * What a process of intake does, with a scene of our own, so that Java learns which classes it
 * loads. {@link IntakeClasses} starts it.
 */
final class IntakeRehearsal {
  static final String SCENE = "scene.zip";

  private IntakeRehearsal() {}

  /**
   * @param arguments the process' folder, with the task
   */
  public static void main(String[] arguments) throws IOException {
    Path archive = Path.of(arguments[0]).resolve(SCENE);
    BufferedImage picture = new BufferedImage(32, 24, BufferedImage.TYPE_INT_RGB);
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
      for (String format : List.of("jpg", "png")) {
        zip.putNextEntry(new ZipEntry("a." + format));
        ImageIO.write(picture, format, zip);
        zip.closeEntry();
      }
    }
    IntakeMain.main(arguments);
  }
}
