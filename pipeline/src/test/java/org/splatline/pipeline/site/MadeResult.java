package org.splatline.pipeline.site;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.splatline.gpu.backend.RenderSettings;
import org.splatline.gpu.backend.SplatModel;
import org.splatline.gpu.cpu.CpuBackend;
import org.splatline.gpu.format.PlyFormat;
import org.splatline.gpu.format.PlyModel;
import org.splatline.gpu.gaussian.GaussianState;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.picture.FloatImage;
import org.splatline.gpu.scene.Camera;
import org.splatline.gpu.scene.Intrinsics;
import org.splatline.gpu.scene.colmap.ColmapBinaryWriter;
import org.splatline.gpu.scene.colmap.ColmapCamera;
import org.splatline.gpu.scene.colmap.ColmapImage;
import org.splatline.gpu.scene.colmap.ColmapModel;
import org.splatline.gpu.scene.colmap.ColmapPoints;
import org.splatline.gpu.synthetic.SyntheticScene;
import org.splatline.pipeline.store.Json;

/**
 * A folder {@code results/<scene>/} with a model of random Gaussians, drawn by the CPU backend from
 * the cameras of a synthetic scene.
 */
final class MadeResult {
  static final int WIDTH = 320;
  static final int HEIGHT = 240;
  private static final int VIEWS = 10;
  private static final int HELD_OUT_EVERY = 8;
  private static final int GAUSSIANS = 6_000;
  private static final int DEGREE = 2;
  private static final double CENTRE_Z = 0.7; // where the cameras of the studio look

  private final List<Camera> cameras =
      SyntheticScene.of(SyntheticScene.Kind.STUDIO, 1).cameras(VIEWS, WIDTH, HEIGHT);
  private final Gaussians gaussians = gaussians(new Random(5));

  /** The name of a photograph: held out if {@code view} is divisible by 8. */
  static String name(int view) {
    return "shot <%d> & \"more\".png".formatted(view);
  }

  private static Gaussians gaussians(Random random) {
    Gaussians made = Gaussians.zeros(GAUSSIANS, DEGREE);
    int bands = made.shCoefficients().length / GAUSSIANS;
    for (int i = 0; i < GAUSSIANS; i++) {
      for (int axis = 0; axis < 3; axis++) {
        made.means()[3 * i + axis] =
            (float) (1.1 * random.nextGaussian() + (axis == 2 ? CENTRE_Z : 0));
        made.logScales()[3 * i + axis] = (float) (-4.5 + 1.8 * random.nextDouble());
        made.shCoefficients()[bands * i + axis] = (float) (0.7 * random.nextGaussian());
      }
      for (int k = 3; k < bands; k++) {
        made.shCoefficients()[bands * i + k] = (float) (0.05 * random.nextGaussian());
      }
      for (int k = 0; k < 4; k++) {
        made.quats()[4 * i + k] = (float) random.nextGaussian();
      }
      made.logitOpacities()[i] = (float) (2 * random.nextGaussian());
    }
    return made;
  }

  /** What the trainer draws from a camera. */
  FloatImage render(int view) {
    try (CpuBackend backend = new CpuBackend(2);
        SplatModel model = backend.load(GaussianState.of(gaussians))) {
      return model.render(cameras.get(view), new RenderSettings(DEGREE, 0, 0, 0));
    }
  }

  /** Writes the folder, as an attempt at a run left it. */
  void write(Path folder, String run, int attempt) throws IOException {
    Files.createDirectories(folder.resolve("cameras"));
    PlyFormat.write(new PlyModel(gaussians, false), folder.resolve("model.ply"));
    ColmapBinaryWriter.write(sparse(), folder.resolve("cameras"));
    List<Map<String, Object>> views = new ArrayList<>();
    for (int view = 0; view < VIEWS; view += HELD_OUT_EVERY) {
      String render = "renders/" + name(view) + ".jpg";
      String photograph = "photographs/" + name(view) + ".jpg";
      write(render(view), folder.resolve(render), 0);
      write(render(view), folder.resolve(photograph), 40);
      views.add(
          Map.of(
              "name",
              name(view),
              "psnr",
              24.5 + view,
              "ssim",
              0.8,
              "width",
              WIDTH,
              "height",
              HEIGHT,
              "render",
              render,
              "photograph",
              photograph));
    }
    write(render(0), folder.resolve("preview.jpg"), 0);
    Files.write(folder.resolve("metrics.json"), Json.write(metrics(run, attempt, views)));
    Files.write(folder.resolve("curve.json"), Json.write(curve()));
  }

  /** What the site reads of metrics.json. */
  static Map<String, Object> metrics(String run, int attempt, List<Map<String, Object>> views) {
    Map<String, Object> metrics = new HashMap<>();
    metrics.put("run_id", run);
    metrics.put("attempt", attempt);
    metrics.put("views", views);
    return metrics;
  }

  private static List<Map<String, Object>> curve() {
    List<Map<String, Object>> curve = new ArrayList<>();
    for (int step = 100; step <= 2_000; step += 100) {
      curve.add(
          Map.of(
              "step",
              step,
              "loss",
              20.0 / step,
              "psnr",
              10 + 2 * Math.log(step),
              "gaussians",
              1_000 + step,
              "width",
              WIDTH,
              "height",
              HEIGHT,
              "device_bytes",
              1e8 + 1e4 * step));
    }
    return curve;
  }

  private static void write(FloatImage image, Path file, int red) throws IOException {
    BufferedImage picture =
        new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < image.width() * image.height(); i++) {
      int rgb = 0;
      for (int channel = 0; channel < 3; channel++) {
        float value = Math.max(0, Math.min(1, image.rgb()[3 * i + channel]));
        rgb = (rgb << 8) | Math.min(255, Math.round(255 * value) + (channel == 0 ? red : 0));
      }
      picture.setRGB(i % image.width(), i / image.width(), rgb);
    }
    Files.createDirectories(file.getParent());
    ImageIO.write(picture, "jpg", file.toFile());
  }

  private ColmapModel sparse() {
    Map<Integer, ColmapCamera> lenses = new HashMap<>();
    List<ColmapImage> images = new ArrayList<>();
    for (int view = 0; view < VIEWS; view++) {
      Camera camera = cameras.get(view);
      Intrinsics lens = camera.intrinsics();
      lenses.put(
          view + 1,
          ColmapCamera.pinhole(WIDTH, HEIGHT, lens.fx(), lens.fy(), lens.cx(), lens.cy()));
      images.add(
          new ColmapImage(
              view + 1,
              name(view),
              view + 1,
              quaternion(camera.rotation()),
              camera.translation(),
              0));
    }
    double[] positions = new double[3 * GAUSSIANS];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = gaussians.means()[i];
    }
    byte[] colors = new byte[3 * GAUSSIANS];
    new Random(6).nextBytes(colors);
    return new ColmapModel(
        lenses,
        images,
        new ColmapPoints(positions, colors, new double[GAUSSIANS], new int[GAUSSIANS]));
  }

  /** wxyz of a rotation whose angle is below half a turn. */
  private static double[] quaternion(double[] r) {
    double w = Math.sqrt(Math.max(0, 1 + r[0] + r[4] + r[8])) / 2;
    return new double[] {
      w, (r[7] - r[5]) / (4 * w), (r[2] - r[6]) / (4 * w), (r[3] - r[1]) / (4 * w)
    };
  }
}
