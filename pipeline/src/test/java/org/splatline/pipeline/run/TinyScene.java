package org.splatline.pipeline.run;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import javax.imageio.ImageIO;

/** Scenes that train in a second: small pictures of a cloud of points, with their cameras. */
public final class TinyScene {
  static final int VIEWS = 9;
  private static final int WIDTH = 40;
  private static final int HEIGHT = 32;
  private static final int POINTS = 500; // sfm.min-points

  private TinyScene() {}

  /**
   * Writes {@code images/} and {@code sparse/0/} as text. Cameras look from z = -4 at the origin.
   */
  public static void write(Path folder) throws IOException {
    write(folder, 0);
  }

  /** Writes a scene with other photographs; {@code variant} is from 0 to 99. */
  public static void write(Path folder, int variant) throws IOException {
    write(folder, variant, "");
  }

  /** Writes a scene with this prefix before the names of its photographs. */
  public static void write(Path folder, int variant, String prefix) throws IOException {
    Path images = Files.createDirectories(folder.resolve("images"));
    Path model = Files.createDirectories(folder.resolve("sparse/0"));
    StringBuilder poses = new StringBuilder();
    for (int i = 0; i < VIEWS; i++) {
      String name = prefix + "view%d.png".formatted(i);
      ImageIO.write(picture(i, variant), "png", images.resolve(name).toFile());
      poses.append(
          String.format(Locale.ROOT, "%d 1 0 0 0 %f 0 4 1 %s\n\n", i + 1, 0.2 * (i - 4), name));
    }
    Files.writeString(
        model.resolve("cameras.txt"),
        "1 PINHOLE %d %d 40 40 %d %d\n".formatted(WIDTH, HEIGHT, WIDTH / 2, HEIGHT / 2));
    Files.writeString(model.resolve("images.txt"), poses);
    Files.writeString(model.resolve("points3D.txt"), points());
  }

  private static BufferedImage picture(int view, int variant) {
    BufferedImage picture = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        picture.setRGB(x, y, (4 * x + 2 * view) << 16 | (6 * y) << 8 | 90 + variant);
      }
    }
    return picture;
  }

  private static String points() {
    StringBuilder points = new StringBuilder();
    for (int i = 0; i < POINTS; i++) {
      points.append(
          String.format(
              Locale.ROOT,
              "%d %f %f %f %d 100 90 0.5\n",
              i + 1,
              Math.sin(i),
              Math.cos(1.7 * i),
              0.3 * Math.sin(2.9 * i),
              4 * i));
    }
    return points.toString();
  }

  /** Writes text files that have the names of photographs. */
  public static void writeBroken(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (int i = 0; i < 4; i++) {
      Files.writeString(folder.resolve("photo%d.jpg".formatted(i)), "no picture");
    }
  }
}
