package org.splatline.gpu.gaussian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.splatline.gpu.backend.RenderSettings;
import org.splatline.gpu.backend.SplatModel;
import org.splatline.gpu.backend.TestGaussians;
import org.splatline.gpu.cpu.CpuBackend;
import org.splatline.gpu.geo.Similarity;
import org.splatline.gpu.picture.FloatImage;
import org.splatline.gpu.scene.Camera;

class GaussianTransformTest {
  private static final long SEED = 23;

  private static Similarity similarity(Random random) {
    return new Similarity(
        Math.exp(random.nextGaussian()),
        random.doubles(4, -1, 1).toArray(),
        random.doubles(3, -10, 10).toArray());
  }

  private static double[] direction(Random random) {
    double[] d = {random.nextGaussian(), random.nextGaussian(), random.nextGaussian()};
    double length = Math.hypot(Math.hypot(d[0], d[1]), d[2]);
    return new double[] {d[0] / length, d[1] / length, d[2] / length};
  }

  /** A Gaussian's colour before clamping, [3]. */
  private static double[] color(Gaussians gaussians, int n, double[] direction) {
    int count = SphericalHarmonics.count(gaussians.shDegree());
    float[] basis = new float[count];
    SphericalHarmonics.basis(
        gaussians.shDegree(),
        (float) direction[0],
        (float) direction[1],
        (float) direction[2],
        basis);
    double[] color = new double[3];
    for (int k = 0; k < count; k++) {
      for (int c = 0; c < 3; c++) {
        color[c] += (double) basis[k] * gaussians.shCoefficients()[3 * (count * n + k) + c];
      }
    }
    return color;
  }

  /** Σ = Q · diag(scale²) · Qᵀ, [3, 3]. */
  private static double[] covariance(Gaussians gaussians, int n) {
    float[] q = gaussians.quats();
    double[] m =
        new Similarity(
                1, new double[] {q[4 * n], q[4 * n + 1], q[4 * n + 2], q[4 * n + 3]}, new double[3])
            .rotationMatrix();
    double[] covariance = new double[9];
    for (int i = 0; i < 9; i++) {
      for (int k = 0; k < 3; k++) {
        double variance = Math.exp(2.0 * gaussians.logScales()[3 * n + k]);
        covariance[i] += m[3 * (i / 3) + k] * variance * m[3 * (i % 3) + k];
      }
    }
    return covariance;
  }

  /** m · a · mᵀ times squared scale. */
  private static double[] carried(Similarity similarity, double[] a) {
    double[] m = similarity.rotationMatrix();
    double[] result = new double[9];
    for (int i = 0; i < 81; i++) {
      int row = i / 27;
      int k = i / 9 % 3;
      int l = i / 3 % 3;
      int column = i % 3;
      result[3 * row + column] +=
          similarity.scale()
              * similarity.scale()
              * m[3 * row + k]
              * a[3 * k + l]
              * m[3 * column + l];
    }
    return result;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void coloursRotateWithTheWorld(int shDegree) {
    Random random = new Random(SEED);
    for (int i = 0; i < 20; i++) {
      Similarity similarity = similarity(random);
      Gaussians before = TestGaussians.random(33, shDegree, SEED + i);
      Gaussians after = GaussianTransform.apply(similarity, before);
      for (int n = 0; n < 33; n++) {
        double[] d = direction(random);
        assertThat(color(after, n, similarity.rotate(d)))
            .as("seed %d, similarity %d, Gaussian %d", SEED, i, n)
            .containsExactly(color(before, n, d), within(1e-5));
      }
    }
  }

  @Test
  void ellipsoidsMoveRotateAndScale() {
    Random random = new Random(SEED);
    for (int i = 0; i < 20; i++) {
      Similarity similarity = similarity(random);
      Gaussians before = TestGaussians.random(5, 0, SEED + i);
      Gaussians after = GaussianTransform.apply(similarity, before);
      double scale = similarity.scale();
      for (int n = 0; n < 5; n++) {
        float[] mean = before.means();
        double[] moved =
            similarity.apply(new double[] {mean[3 * n], mean[3 * n + 1], mean[3 * n + 2]});
        for (int k = 0; k < 3; k++) {
          assertThat((double) after.means()[3 * n + k]).isCloseTo(moved[k], within(1e-5));
        }
        assertThat(covariance(after, n)) // 0.04: the largest variance before
            .containsExactly(
                carried(similarity, covariance(before, n)), within(1e-6 * 0.04 * scale * scale));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0, 3", "1, 0", "1, 3", "33, 1", "33, 2", "33, 3"})
  void theInverseRestoresTheGaussians(int n, int shDegree) {
    Similarity similarity = similarity(new Random(SEED));
    Gaussians before = TestGaussians.random(n, shDegree, SEED).withMasks(0.25f);
    Gaussians after =
        GaussianTransform.apply(similarity.inverse(), GaussianTransform.apply(similarity, before));
    assertThat(after.shDegree()).isEqualTo(shDegree);
    for (ParameterFamily family : ParameterFamily.values()) {
      assertThat(after.array(family))
          .as(family.glossaryName())
          .containsExactly(before.array(family), within(2e-5f / (float) similarity.scale()));
    }
  }

  @Test
  void theIdentityChangesNothing() {
    Gaussians before = TestGaussians.random(33, 3, SEED);
    Gaussians after = GaussianTransform.apply(Similarity.IDENTITY, before);
    assertThat(after.means()).isEqualTo(before.means());
    assertThat(after.quats()).isEqualTo(before.quats());
    assertThat(after.logScales()).isEqualTo(before.logScales());
    assertThat(after.shCoefficients()).containsExactly(before.shCoefficients(), within(1e-6f));
  }

  @Test
  void nanStaysNan() {
    Gaussians broken = TestGaussians.random(2, 1, SEED);
    broken.means()[4] = Float.NaN;
    broken.shCoefficients()[14] = Float.POSITIVE_INFINITY;
    Gaussians after = GaussianTransform.apply(similarity(new Random(SEED)), broken);
    assertThat(after.means()[4]).isNaN();
    assertThat(Float.isFinite(after.shCoefficients()[14])).isFalse();
  }

  /** Cameras carried along see the same picture. */
  @Test
  void picturesStayTheSame() {
    Similarity similarity =
        new Similarity(3, new double[] {0.2, 0.7, -0.4, 0.5}, new double[] {20, -10, 5});
    Gaussians before = TestGaussians.random(60, 3, SEED);
    Camera camera = TestGaussians.camera(48, 40, SEED);
    FloatImage expected = render(before, camera);
    FloatImage seen =
        render(GaussianTransform.apply(similarity, before), carried(camera, similarity));
    // An alpha close to the limit of 1/255 may end on its other side.
    assertThat(seen.rgb()).containsExactly(expected.rgb(), within(5e-3f));
    double sum = 0;
    for (int i = 0; i < expected.rgb().length; i++) {
      sum += Math.abs(seen.rgb()[i] - expected.rgb()[i]);
    }
    assertThat(sum / expected.rgb().length).isLessThan(1e-5);
  }

  private static FloatImage render(Gaussians gaussians, Camera camera) {
    try (CpuBackend backend = new CpuBackend(2);
        SplatModel model = backend.load(GaussianState.of(gaussians))) {
      return model.render(camera, new RenderSettings(3, 0, 0, 0));
    }
  }

  private static Camera carried(Camera camera, Similarity similarity) {
    double[] rows = new double[9];
    double[] old = camera.rotation();
    for (int i = 0; i < 3; i++) {
      double[] axis = similarity.rotate(new double[] {old[3 * i], old[3 * i + 1], old[3 * i + 2]});
      System.arraycopy(axis, 0, rows, 3 * i, 3);
    }
    double[] center = similarity.apply(camera.center());
    double[] translation = new double[3];
    for (int i = 0; i < 3; i++) {
      for (int k = 0; k < 3; k++) {
        translation[i] -= rows[3 * i + k] * center[k];
      }
    }
    return new Camera(camera.intrinsics(), rows, translation);
  }
}
