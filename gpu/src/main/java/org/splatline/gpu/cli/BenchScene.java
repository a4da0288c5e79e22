package org.splatline.gpu.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.splatline.gpu.backend.RenderSettings;
import org.splatline.gpu.backend.SplatBackend;
import org.splatline.gpu.backend.SplatModel;
import org.splatline.gpu.backend.Target;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.TrainingState;
import org.splatline.gpu.picture.FloatImage;
import org.splatline.gpu.picture.Picture;
import org.splatline.gpu.scene.Camera;
import org.splatline.gpu.scene.Intrinsics;
import org.splatline.gpu.train.PreparedScene;

/**
 * A random scene to measure on, made from a seed. Its Gaussians are like those of a trained model:
 * flat and mostly small. Half are on wavy ground and half on spheres above it. A ring of cameras
 * looks inwards, and each sees about half of the Gaussians. The targets are renders of the scene,
 * which is disturbed afterwards.
 */
final class BenchScene {
  private static final int VIEWS = 24;
  private static final int SPHERES = 40;

  private final Random random;
  private final Gaussians gaussians;
  private final double spacing;

  private BenchScene(int count, long seed) {
    random = new Random(seed);
    gaussians = Gaussians.zeros(count, 3);
    spacing = Math.sqrt(160.0 / count); // of Gaussians on about 160 square units of surface
    double[][] spheres = new double[SPHERES][];
    for (int i = 0; i < SPHERES; i++) {
      spheres[i] =
          new double[] {
            8 * random.nextDouble() - 4,
            -0.3 - random.nextDouble(),
            8 * random.nextDouble() - 4,
            0.2 + 0.4 * random.nextDouble()
          };
    }
    for (int n = 0; n < count; n++) {
      place(n, spheres[random.nextInt(SPHERES)]);
    }
  }

  /**
   * Gaussians that differ slightly from the pictures, and the pictures.
   *
   * @param prepared the scene that holds the pictures; empty if they are on the heap
   */
  record Training(TrainingState state, List<Target> targets, Optional<PreparedScene> prepared)
      implements AutoCloseable {
    @Override
    public void close() {
      prepared.ifPresent(PreparedScene::close);
    }
  }

  static Training of(int count, int width, int height, long seed, SplatBackend backend) {
    BenchScene scene = new BenchScene(count, seed);
    List<Target> targets = new ArrayList<>();
    try (SplatModel model = backend.load(TrainingState.of(scene.gaussians))) {
      for (int view = 0; view < VIEWS; view++) {
        Camera camera = camera(view, width, height);
        targets.add(
            new Target(camera, picture(model.render(camera, new RenderSettings(3, 0, 0, 0)))));
      }
    }
    scene.disturb();
    return new Training(TrainingState.of(scene.gaussians), targets, Optional.empty());
  }

  private static Camera camera(int view, int width, int height) {
    double angle = 2 * Math.PI * view / VIEWS;
    double focal = 0.9 * width;
    return Camera.lookingAt(
        new Intrinsics(width, height, focal, focal, 0.5 * width, 0.5 * height),
        new double[] {3.5 * Math.cos(angle), -1.2, 3.5 * Math.sin(angle)},
        new double[] {0, -0.2, 0},
        new double[] {0, -1, 0});
  }

  private static Picture picture(FloatImage image) {
    byte[] pixels = new byte[image.rgb().length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) Math.round(255 * Math.max(0, Math.min(1, image.rgb()[i])));
    }
    return new Picture(image.width(), image.height(), 3, pixels);
  }

  private void place(int n, double[] sphere) {
    if (random.nextBoolean()) {
      double x = 12 * random.nextDouble() - 6;
      double z = 12 * random.nextDouble() - 6;
      put(n, x, 0.15 * Math.sin(2 * x) * Math.cos(3 * z), z);
    } else {
      double u = 2 * random.nextDouble() - 1;
      double angle = 2 * Math.PI * random.nextDouble();
      double r = sphere[3] * Math.sqrt(1 - u * u);
      put(
          n,
          sphere[0] + r * Math.cos(angle),
          sphere[1] + sphere[3] * u,
          sphere[2] + r * Math.sin(angle));
    }
    double size = Math.log(0.6 * spacing) + 0.7 * random.nextGaussian();
    for (int k = 0; k < 3; k++) {
      gaussians.logScales()[3 * n + k] = (float) (size + 0.5 * random.nextGaussian());
    }
    gaussians.logScales()[3 * n + random.nextInt(3)] -= 2;
    for (int k = 0; k < 4; k++) {
      gaussians.quats()[4 * n + k] = (float) random.nextGaussian();
    }
    gaussians.logitOpacities()[n] = (float) (-0.8 + 1.8 * random.nextGaussian());
    for (int k = 0; k < 48; k++) {
      gaussians.shCoefficients()[48 * n + k] =
          (float)
              (k < 3 ? colour(n, k) + 0.2 * random.nextGaussian() : 0.04 * random.nextGaussian());
    }
  }

  private void put(int n, double x, double y, double z) {
    gaussians.means()[3 * n] = (float) (x + 0.2 * spacing * random.nextGaussian());
    gaussians.means()[3 * n + 1] = (float) (y + 0.2 * spacing * random.nextGaussian());
    gaussians.means()[3 * n + 2] = (float) (z + 0.2 * spacing * random.nextGaussian());
  }

  private double colour(int n, int channel) {
    double x = gaussians.means()[3 * n];
    double z = gaussians.means()[3 * n + 2];
    return 0.8 * Math.sin(3 * x + channel) * Math.cos(2.5 * z - channel);
  }

  private void disturb() {
    for (int i = 0; i < gaussians.means().length; i++) {
      gaussians.means()[i] += (float) (0.1 * spacing * random.nextGaussian());
      gaussians.logScales()[i] += (float) (0.1 * random.nextGaussian());
    }
    for (int i = 0; i < gaussians.shCoefficients().length; i++) {
      gaussians.shCoefficients()[i] += (float) (0.02 * random.nextGaussian());
    }
  }
}
