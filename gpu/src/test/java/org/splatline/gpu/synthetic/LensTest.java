package org.splatline.gpu.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.splatline.gpu.scene.Camera;
import org.splatline.gpu.scene.Intrinsics;

class LensTest {
  private static final Lens LENS = new Lens(-0.055, 0.008);

  @Test
  void distortsAsOpencvDoes() {
    // 0.5 (1 - 0.055 * 0.25 + 0.008 * 0.0625)
    assertThat(LENS.distorted(0.5)).isCloseTo(0.493375, within(1e-12));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1e-6, 0.1, 0.4, 0.68, 1.0})
  void undistortingIsTheInverse(double radius) {
    assertThat(LENS.undistorted(LENS.distorted(radius))).isCloseTo(radius, within(1e-12));
  }

  /** Project, as COLMAP would, the direction of a pixel's ray: it is that pixel again. */
  @Test
  void aRayProjectsBackToItsPixel() {
    Intrinsics intrinsics = new Intrinsics(480, 360, 440, 440, 240, 180);
    Camera camera =
        Camera.lookingAt(
            intrinsics, new double[] {4, 1, 2}, new double[] {0, 0, 1}, new double[] {0, 0, 1});
    Film.Optics optics = new Film.Optics(camera, LENS);
    double[] r = camera.rotation();
    for (double[] pixel : new double[][] {{0, 0}, {240, 180}, {479.5, 12.25}, {33, 359}}) {
      Vec d = optics.ray(pixel[0], pixel[1]).direction();
      double z = r[6] * d.x() + r[7] * d.y() + r[8] * d.z();
      double x = (r[0] * d.x() + r[1] * d.y() + r[2] * d.z()) / z;
      double y = (r[3] * d.x() + r[4] * d.y() + r[5] * d.z()) / z;
      double square = x * x + y * y;
      double scale = 1 + LENS.k1() * square + LENS.k2() * square * square;
      assertThat(440 * x * scale + 240).isCloseTo(pixel[0], within(1e-9));
      assertThat(440 * y * scale + 180).isCloseTo(pixel[1], within(1e-9));
    }
  }
}
