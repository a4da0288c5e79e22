package org.splatline.gpu.synthetic;

import java.util.stream.IntStream;
import org.splatline.gpu.backend.CounterRandom;
import org.splatline.gpu.picture.FloatImage;
import org.splatline.gpu.scene.Camera;
import org.splatline.gpu.scene.Intrinsics;

/**
 * Renders the picture that a camera takes of a world: two to four rays per pixel, lens distortion,
 * exposure to sRGB and sensor noise.
 *
 * @param noise standard deviation of the sensor noise, in sRGB values in [0, 1]
 */
record Film(Lens lens, double noise) {
  /** A film without distortion and noise: the exact picture of a pinhole camera. */
  static final Film PERFECT = new Film(Lens.PERFECT, 0);

  /** The position of each ray within its pixel: a rotated grid, opposite corners first. */
  private static final double[][] SAMPLES = {
    {0.375, 0.125}, {0.625, 0.875}, {0.875, 0.375}, {0.125, 0.625}
  };

  private static final double ALIKE =
      0.03; // fraction of the brighter value; about 3 of 255 in the picture

  /** Renders rows on all cores. The result does not depend on their number. */
  FloatImage expose(World world, Camera camera, long noiseSeed) {
    Intrinsics intrinsics = camera.intrinsics();
    FloatImage image = new FloatImage(intrinsics.width(), intrinsics.height());
    IntStream.range(0, intrinsics.height())
        .parallel()
        .forEach(row -> exposeRow(world, camera, noiseSeed, row, image));
    return image;
  }

  private void exposeRow(World world, Camera camera, long noiseSeed, int row, FloatImage image) {
    Optics optics = new Optics(camera, lens);
    for (int column = 0; column < image.width(); column++) {
      Vec linear = average(world, optics, column, row);
      int at = (row * image.width() + column) * 3;
      image.rgb()[at] = develop(linear.x(), noiseSeed, at);
      image.rgb()[at + 1] = develop(linear.y(), noiseSeed, at + 1);
      image.rgb()[at + 2] = develop(linear.z(), noiseSeed, at + 2);
    }
  }

  /** The mean of two rays if they agree, otherwise of four. */
  private static Vec average(World world, Optics optics, int column, int row) {
    Vec first = sample(world, optics, column, row, 0);
    Vec second = sample(world, optics, column, row, 1);
    Vec sum = first.plus(second);
    if (isAlike(first.x(), second.x())
        && isAlike(first.y(), second.y())
        && isAlike(first.z(), second.z())) {
      return sum.times(0.5);
    }
    sum = sum.plus(sample(world, optics, column, row, 2));
    return sum.plus(sample(world, optics, column, row, 3)).times(0.25);
  }

  private static boolean isAlike(double a, double b) {
    return Math.abs(a - b) <= ALIKE * Math.max(a, b);
  }

  private static Vec sample(World world, Optics optics, int column, int row, int index) {
    double[] place = SAMPLES[index];
    return clipped(world.color(optics.ray(column + place[0], row + place[1])));
  }

  /** Clips to the sensor's maximum of 1, before averaging, so that bright edges stay smooth. */
  private static Vec clipped(Vec color) {
    return new Vec(Math.min(1, color.x()), Math.min(1, color.y()), Math.min(1, color.z()));
  }

  private float develop(double linear, long noiseSeed, int index) {
    double value = srgb(linear);
    if (noise > 0) {
      value += noise * CounterRandom.normal(noiseSeed, 0, index, 0);
    }
    return (float) Math.max(0, Math.min(1, value));
  }

  /** The sRGB transfer function (IEC 61966-2-1). */
  static double srgb(double linear) {
    return linear <= 0.0031308 ? 12.92 * linear : 1.055 * Math.pow(linear, 1 / 2.4) - 0.055;
  }

  /** Converts a position in the picture to the ray that ends there. */
  static final class Optics {
    private final Intrinsics intrinsics;
    private final Lens lens;
    private final Vec eye;
    private final Vec right;
    private final Vec down;
    private final Vec forward;

    Optics(Camera camera, Lens lens) {
      double[] r = camera.rotation();
      double[] center = camera.center();
      this.intrinsics = camera.intrinsics();
      this.lens = lens;
      this.eye = new Vec(center[0], center[1], center[2]);
      this.right = new Vec(r[0], r[1], r[2]);
      this.down = new Vec(r[3], r[4], r[5]);
      this.forward = new Vec(r[6], r[7], r[8]);
    }

    /** The ray at {@code u} and {@code v} pixels; the corner of the picture is (0, 0). */
    Ray ray(double u, double v) {
      double x = (u - intrinsics.cx()) / intrinsics.fx();
      double y = (v - intrinsics.cy()) / intrinsics.fy();
      double seen = Math.sqrt(x * x + y * y);
      double scale = seen == 0 ? 1 : lens.undistorted(seen) / seen;
      Vec direction = forward.plus(right.times(x * scale)).plus(down.times(y * scale));
      return new Ray(eye, direction.normalized());
    }
  }
}
