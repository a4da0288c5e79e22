package org.splatline.gpu.backend;

import java.util.Random;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.ParameterFamily;
import org.splatline.gpu.picture.Picture;
import org.splatline.gpu.scene.Camera;
import org.splatline.gpu.scene.Intrinsics;

/** Seeded Gaussians, cameras and pictures. */
public final class TestGaussians {
  private TestGaussians() {}

  /**
   * Gaussians in a box of half side 1 around the origin, semi-transparent, with sizes from 0.02 to
   * 0.2.
   */
  public static Gaussians random(int n, int shDegree, long seed) {
    Random random = new Random(seed);
    Gaussians g = Gaussians.zeros(n, shDegree);
    int width = g.width(ParameterFamily.SH_COEFFICIENTS);
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < 3; k++) {
        g.means()[3 * i + k] = 2 * random.nextFloat() - 1;
        g.logScales()[3 * i + k] = (float) Math.log(0.02 + 0.18 * random.nextFloat());
      }
      for (int k = 0; k < 4; k++) {
        g.quats()[4 * i + k] = (float) random.nextGaussian();
      }
      g.logitOpacities()[i] = (float) (1.5 * random.nextGaussian());
      for (int k = 0; k < width; k++) {
        g.shCoefficients()[width * i + k] = (float) ((k < 3 ? 0.8 : 0.15) * random.nextGaussian());
      }
    }
    return g;
  }

  /** A camera four units away that looks at the origin from a seeded direction. */
  public static Camera camera(int width, int height, long seed) {
    Random random = new Random(seed);
    double angle = 2 * Math.PI * random.nextDouble();
    double[] eye = {4 * Math.cos(angle), random.nextDouble() - 0.5, 4 * Math.sin(angle)};
    Intrinsics intrinsics =
        new Intrinsics(width, height, 1.4 * width, 1.35 * width, 0.51 * width, 0.48 * height);
    return Camera.lookingAt(intrinsics, eye, new double[] {0.1, 0, -0.1}, new double[] {0, -1, 0});
  }

  /** A picture of smooth colours with a little noise. */
  public static Picture picture(int width, int height, int channels, long seed) {
    Random random = new Random(seed);
    byte[] pixels = new byte[width * height * channels];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < channels; c++) {
          double wave = Math.sin(0.2 * x + c) * Math.cos(0.15 * y - c);
          pixels[(y * width + x) * channels + c] =
              (byte)
                  Math.max(
                      0, Math.min(255, Math.round(128 + 80 * wave + 10 * random.nextGaussian())));
        }
      }
    }
    return new Picture(width, height, channels, pixels);
  }
}
