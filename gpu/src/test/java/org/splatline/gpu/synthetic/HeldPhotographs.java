package org.splatline.gpu.synthetic;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import javax.imageio.ImageIO;

/** JPEGs as cameras write them that were held on their side. */
public final class HeldPhotographs {
  private HeldPhotographs() {}

  /** Folders are made. {@code orientation}: 1 to 8, as EXIF numbers them. */
  public static Path write(Path file, BufferedImage stored, int orientation) throws IOException {
    ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
    ImageIO.write(stored, "jpg", jpeg);
    ExifSegment exif =
        new ExifSegment(
            "Splatline",
            "held",
            4,
            28,
            LocalDateTime.of(2024, 5, 1, 12, 0),
            stored.getWidth(),
            stored.getHeight(),
            orientation);
    Files.createDirectories(file.getParent());
    return Files.write(file, exif.insertedInto(jpeg.toByteArray()));
  }
}
