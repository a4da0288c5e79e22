package org.splatline.gpu.gaussian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.splatline.gpu.scene.SparsePoints;

class InitialGaussiansTest {
  @ParameterizedTest(name = "{0} points")
  @ValueSource(ints = {2, 3, 4, 8, 9, 33, 1000})
  void neighboursAgreeWithABruteForceSearch(int n) {
    Random random = new Random(n);
    float[] points = new float[3 * n];
    for (int i = 0; i < points.length; i++) {
      points[i] = random.nextInt(20) * 0.5f + (i % 2 == 0 ? random.nextFloat() : 0);
    }
    NearestNeighbours neighbours = new NearestNeighbours(points);
    for (int i = 0; i < n; i++) {
      double[] squared = new double[n - 1];
      int next = 0;
      for (int j = 0; j < n; j++) {
        if (j != i) {
          double dx = points[3 * i] - points[3 * j];
          double dy = points[3 * i + 1] - points[3 * j + 1];
          double dz = points[3 * i + 2] - points[3 * j + 2];
          squared[next++] = dx * dx + dy * dy + dz * dz;
        }
      }
      Arrays.sort(squared);
      double expected = Arrays.stream(squared).limit(3).average().orElseThrow();
      assertThat(neighbours.meanSquaredDistance(i, 3))
          .isCloseTo(expected, within(1e-9 + 1e-9 * expected));
    }
  }

  @Test
  void startsAsFaintColouredSpheres() {
    float[] positions = {0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1};
    byte[] colors = {(byte) 255, 0, 51, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    Gaussians g = InitialGaussians.from(new SparsePoints(positions, colors), 3);
    assertThat(g.size()).isEqualTo(4);
    assertThat(g.means()).isEqualTo(positions);
    assertThat(Math.exp(g.logScales()[0])).isCloseTo(1, within(1e-6));
    assertThat(Math.exp(g.logScales()[3])).isCloseTo(Math.sqrt(5 / 3.0), within(1e-6));
    assertThat(1 / (1 + Math.exp(-g.logitOpacities()[0]))).isCloseTo(0.1, within(1e-6));
    assertThat(0.5 + SphericalHarmonics.C0 * g.shCoefficients()[0]).isCloseTo(1, within(1e-6));
    assertThat(0.5 + SphericalHarmonics.C0 * g.shCoefficients()[2]).isCloseTo(0.2, within(1e-6));
    assertThat(Arrays.copyOf(g.quats(), 4)).containsExactly(1, 0, 0, 0);
  }

  @Test
  void onePointAndEqualPointsAreFinite() {
    Gaussians lone = InitialGaussians.from(new SparsePoints(new float[3], new byte[3]), 0);
    assertThat(lone.logScales()).containsOnly(0);
    Gaussians equal = InitialGaussians.from(new SparsePoints(new float[30], new byte[30]), 0);
    for (float scale : equal.logScales()) {
      assertThat(scale).isFinite();
    }
  }
}
