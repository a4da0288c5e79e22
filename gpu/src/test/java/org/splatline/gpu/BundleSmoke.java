package org.splatline.gpu;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.splatline.gpu.format.ModelFormats;
import org.splatline.gpu.format.PlyModel;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.picture.Picture;
import org.splatline.gpu.picture.PictureReader;

/**
 * Checks that this Java reads pictures, and has the native code of models. The bundle of
 * bin/gpu-bundle runs it on a bare host.
 */
public final class BundleSmoke {
  private static final int SIDE = 32;
  private static final int GREY = 0x80;

  private BundleSmoke() {}

  public static void main(String[] arguments) throws IOException {
    Path folder = Files.createTempDirectory("splatline-smoke");
    for (String format : new String[] {"jpg", "png"}) {
      Path file = folder.resolve("grey." + format);
      BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
      for (int i = 0; i < SIDE * SIDE; i++) {
        image.setRGB(i % SIDE, i / SIDE, GREY * 0x010101);
      }
      ImageIO.write(image, format, file.toFile());
      Picture picture = PictureReader.read(file);
      int value = picture.pixels()[0] & 0xff;
      if (picture.width() != SIDE || Math.abs(value - GREY) > 2) {
        throw new IOException(
            "Cannot read a %s: %d px wide, first value %d"
                .formatted(format, picture.width(), value));
      }
      Files.delete(file);
      System.out.println("decodes " + format);
    }
    for (String format : new String[] {"spz", "sog"}) {
      Path file = folder.resolve("model." + format);
      ModelFormats.write(new PlyModel(Gaussians.zeros(100, 1), false), file);
      if (ModelFormats.read(file).gaussians().size() != 100) {
        throw new IOException("Cannot read a " + format);
      }
      Files.delete(file);
      System.out.println("writes and reads " + format);
    }
    Files.delete(folder);
  }
}
