package org.splatline.gpu.train;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import javax.imageio.ImageIO;
import org.splatline.gpu.backend.RenderSettings;
import org.splatline.gpu.backend.SplatModel;
import org.splatline.gpu.backend.TestGaussians;
import org.splatline.gpu.cpu.CpuBackend;
import org.splatline.gpu.gaussian.GaussianState;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.picture.FloatImage;
import org.splatline.gpu.scene.Camera;
import org.splatline.gpu.scene.Scene;
import org.splatline.gpu.scene.SparsePoints;
import org.splatline.gpu.scene.View;

/** Nine pictures of 48x40 px that show sixty known Gaussians, and grey points near them. */
public final class TinyScene {
  private TinyScene() {}

  /** Writes the pictures as PNG below {@code folder}. */
  public static Scene write(Path folder) throws IOException {
    return write(folder, i -> TestGaussians.camera(48, 40, 100 + i));
  }

  /** The same seen by two other cameras: every other picture is upright and larger. */
  static Scene writeMixed(Path folder) throws IOException {
    return write(
        folder,
        i -> i % 2 == 0 ? TestGaussians.camera(57, 33, 100 + i) : TestGaussians.camera(44, 71, i));
  }

  /** The same in pictures of 160x136 px. */
  static Scene writeLarger(Path folder) throws IOException {
    return write(folder, i -> TestGaussians.camera(160, 136, 100 + i));
  }

  private static Scene write(Path folder, IntFunction<Camera> cameras) throws IOException {
    Gaussians truth = TestGaussians.random(60, 1, 3);
    List<View> train = new ArrayList<>();
    List<View> test = new ArrayList<>();
    try (CpuBackend backend = new CpuBackend(2);
        SplatModel model = backend.load(GaussianState.of(truth))) {
      for (int i = 0; i < 9; i++) {
        Camera camera = cameras.apply(i);
        Path file = folder.resolve("view%d.png".formatted(i));
        writePng(model.render(camera, new RenderSettings(1, 0, 0, 0)), file);
        (i % 8 == 0 ? test : train).add(new View(file.getFileName().toString(), camera, file));
      }
    }
    float[] positions = truth.means().clone();
    byte[] colors = new byte[positions.length];
    for (int i = 0; i < positions.length; i++) {
      positions[i] += 0.02f * (float) Math.sin(7 * i);
      colors[i] = (byte) 128;
    }
    return new Scene("tiny", train, test, new SparsePoints(positions, colors), List.of());
  }

  private static void writePng(FloatImage image, Path file) throws IOException {
    BufferedImage picture =
        new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
    for (int p = 0; p < image.width() * image.height(); p++) {
      int rgb = 0;
      for (int c = 0; c < 3; c++) {
        int level = Math.round(255 * Math.max(0, Math.min(1, image.rgb()[3 * p + c])));
        rgb = rgb << 8 | level;
      }
      picture.setRGB(p % image.width(), p / image.width(), rgb);
    }
    Files.createDirectories(file.getParent());
    ImageIO.write(picture, "png", file.toFile());
  }
}
