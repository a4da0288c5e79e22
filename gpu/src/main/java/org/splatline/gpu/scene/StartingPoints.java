package org.splatline.gpu.scene;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Makes random starting points, where the cameras look, for a scene without sparse points. */
public final class StartingPoints {
  static final int COUNT = 100_000;
  static final double NERF_SYNTHETIC_HALF_SIDE = 1.3;
  private static final double HALF_SIDE_PER_DISTANCE = 0.33;
  private static final long SEED = 42;

  /** Weight that pulls the point towards the cameras. Decides where all look the same way. */
  private static final double PULL = 1e-6;

  private StartingPoints() {}

  /** {@value #COUNT} points of random position and colour, the same on every call. */
  static SparsePoints random(List<Camera> cameras, SceneImages.Space space) {
    return switch (space) {
      case NERF_SYNTHETIC -> inCube(new double[3], NERF_SYNTHETIC_HALF_SIDE);
      case BETWEEN_CAMERAS -> {
        double[] center = nearestToAxes(cameras);
        double distance = medianDistance(cameras, center);
        yield inCube(center, distance > 0 ? HALF_SIDE_PER_DISTANCE * distance : 1);
      }
    };
  }

  private static SparsePoints inCube(double[] center, double halfSide) {
    SplittableRandom random = new SplittableRandom(SEED);
    float[] positions = new float[3 * COUNT];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = (float) (center[i % 3] + halfSide * (2 * random.nextDouble() - 1));
    }
    byte[] colors = new byte[3 * COUNT];
    random.nextBytes(colors);
    return new SparsePoints(positions, colors, Map.of(), SparsePoints.Origin.RANDOM);
  }

  /** The point with the least squared distance to all optical axes, [3]. */
  public static double[] nearestToAxes(List<Camera> cameras) {
    double[] m = new double[9];
    double[] b = new double[3];
    for (Camera camera : cameras) {
      double[] d = camera.forward();
      double[] c = camera.center();
      for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 3; j++) {
          double across = (i == j ? 1 + PULL : 0) - d[i] * d[j];
          m[3 * i + j] += across;
          b[i] += across * c[j];
        }
      }
    }
    return solve(m, b);
  }

  /** Solves m · x = b by Cramer's rule. */
  private static double[] solve(double[] m, double[] b) {
    double determinant = Rotations.determinant(m);
    double[] x = new double[3];
    for (int column = 0; column < 3; column++) {
      double[] replaced = m.clone();
      for (int row = 0; row < 3; row++) {
        replaced[3 * row + column] = b[row];
      }
      x[column] = Rotations.determinant(replaced) / determinant;
    }
    return x;
  }

  private static double medianDistance(List<Camera> cameras, double[] center) {
    double[] distances =
        cameras.stream()
            .map(Camera::center)
            .mapToDouble(
                c -> Math.hypot(Math.hypot(c[0] - center[0], c[1] - center[1]), c[2] - center[2]))
            .sorted()
            .toArray();
    int middle = distances.length / 2;
    return distances.length % 2 == 1
        ? distances[middle]
        : (distances[middle - 1] + distances[middle]) / 2;
  }
}
