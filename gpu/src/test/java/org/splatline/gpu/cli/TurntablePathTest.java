package org.splatline.gpu.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.splatline.gpu.scene.Camera;
import org.splatline.gpu.scene.Intrinsics;

class TurntablePathTest {
  private static final Intrinsics SIZE = new Intrinsics(64, 48, 60, 60, 32, 24);
  private static final double[] TARGET = {1, 2, 3};
  private static final double[] UP = {0, 0, 1};

  /** Cameras on a circle of radius 4, at height 2 above what they look at. */
  private static List<Camera> around(int count, double degrees) {
    List<Camera> cameras = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double angle = Math.toRadians(degrees * i / count);
      double[] eye = {1 + 4 * Math.cos(angle), 2 + 4 * Math.sin(angle), 5};
      cameras.add(Camera.lookingAt(SIZE, eye, TARGET, UP));
    }
    return cameras;
  }

  private static double angle(Camera camera) {
    double[] center = camera.center();
    return Math.toDegrees(Math.atan2(center[1] - 2, center[0] - 1));
  }

  @Test
  void goesAroundOnTheCircleOfThePhotographs() {
    List<Camera> path = new TurntablePath(around(24, 360)).cameras(SIZE, 36);
    assertThat(path).hasSize(36);
    for (int i = 0; i < path.size(); i++) {
      double[] center = path.get(i).center();
      assertThat(Math.hypot(center[0] - 1, center[1] - 2)).isCloseTo(4, within(0.01));
      assertThat(center[2]).isCloseTo(5, within(0.01));
      double step = angle(path.get((i + 1) % 36)) - angle(path.get(i));
      assertThat((step + 720) % 360).isCloseTo(10, within(0.01));
      double[] forward = path.get(i).forward();
      assertThat(forward[2]).isCloseTo(-2 / Math.sqrt(20), within(0.01));
    }
  }

  /** From 0 to 110 degrees and back, on a plane that half a circle of cameras tilts a little. */
  @Test
  void staysWherePhotographsWereTaken() {
    List<Camera> path = new TurntablePath(around(12, 120)).cameras(SIZE, 20);
    assertThat(path).allSatisfy(camera -> assertThat(angle(camera)).isBetween(-3.0, 113.0));
    assertThat(angle(path.get(0))).isCloseTo(0, within(3.0));
    assertThat(angle(path.get(10))).isCloseTo(110, within(3.0));
  }
}
