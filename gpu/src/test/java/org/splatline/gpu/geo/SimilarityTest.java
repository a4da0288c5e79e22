package org.splatline.gpu.geo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimilarityTest {
  private static final int SEED = 11;

  /** Anywhere and of any size. */
  static Similarity random(Random random) {
    double[] quaternion = random.doubles(4, -1, 1).toArray();
    double[] translation = random.doubles(3, -100, 100).toArray();
    return new Similarity(Math.exp(random.nextGaussian()), quaternion, translation);
  }

  @Test
  void rotatesCounterclockwiseScalesAndMoves() {
    double half = Math.toRadians(45);
    Similarity quarterTurnAboutZ =
        new Similarity(
            2, new double[] {Math.cos(half), 0, 0, Math.sin(half)}, new double[] {1, 2, 3});
    assertThat(quarterTurnAboutZ.apply(new double[] {1, 0, 5}))
        .containsExactly(new double[] {1, 4, 13}, within(1e-14));
    assertThat(quarterTurnAboutZ.rotate(new double[] {1, 0, 5}))
        .containsExactly(new double[] {0, 1, 5}, within(1e-14));
  }

  @Test
  void theInverseRestoresThePoint() {
    Random random = new Random(SEED);
    for (int i = 0; i < 100; i++) {
      Similarity similarity = random(random);
      double[] point = random.doubles(3, -10, 10).toArray();
      assertThat(similarity.inverse().apply(similarity.apply(point)))
          .as("seed %d, number %d", SEED, i)
          .containsExactly(point, within(1e-10));
    }
  }

  @Test
  void keepsAUnitQuaternionsBits() {
    Random random = new Random(SEED);
    for (int i = 0; i < 1000; i++) {
      Similarity once = random(random);
      assertThat(new Similarity(once.scale(), once.quaternion(), once.translation()))
          .isEqualTo(once);
    }
    assertThat(new Similarity(1, new double[] {-2, 0, 0, 0}, new double[3]))
        .isEqualTo(Similarity.IDENTITY);
  }

  @Test
  void refusesInvalidValues() {
    double[] turn = {1, 0, 0, 0};
    assertThatThrownBy(() -> new Similarity(0, turn, new double[3]))
        .hasMessageContaining("Invalid scale: 0.0");
    assertThatThrownBy(() -> new Similarity(Double.NaN, turn, new double[3]))
        .hasMessageContaining("Invalid scale: NaN");
    assertThatThrownBy(() -> new Similarity(1, new double[4], new double[3]))
        .hasMessageContaining("Invalid quaternion");
    assertThatThrownBy(() -> new Similarity(1, turn, new double[2]))
        .hasMessageContaining("Invalid translation: length 2");
    assertThatThrownBy(() -> new Similarity(1, turn, new double[] {0, Double.NaN, 0}))
        .hasMessageContaining("Invalid translation: holds NaN");
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4, 5, 50})
  void fitsExactPoints(int n) {
    Random random = new Random(SEED + n);
    for (int i = 0; i < 50; i++) {
      Similarity truth = random(random);
      double[][] from = new double[n][];
      double[][] to = new double[n][];
      for (int k = 0; k < n; k++) {
        from[k] = random.doubles(3, -5, 5).toArray();
        from[k][1] *= i % 2; // every other one in a plane
        to[k] = truth.apply(from[k]);
      }
      Similarity fit = SimilarityFit.fit(from, to).orElseThrow();
      assertThat(fit.scale()).isCloseTo(truth.scale(), within(1e-9 * truth.scale()));
      assertThat(fit.rotationMatrix()).containsExactly(truth.rotationMatrix(), within(1e-7));
      assertThat(fit.translation()).containsExactly(truth.translation(), within(1e-6));
    }
  }

  /** A small step along any of the seven unknowns makes the sum of squares larger. */
  @Test
  void noOtherSimilarityFitsBetter() {
    Random random = new Random(SEED);
    double[][] from = new double[20][];
    double[][] to = new double[20][];
    for (int k = 0; k < 20; k++) {
      from[k] = random.doubles(3, -5, 5).toArray();
      to[k] = random.doubles(3, -5, 5).toArray();
      for (int c = 0; c < 3; c++) {
        to[k][c] += 2 * from[k][(c + 1) % 3];
      }
    }
    Similarity fit = SimilarityFit.fit(from, to).orElseThrow();
    double least = squares(fit, from, to);
    for (int unknown = 0; unknown < 8; unknown++) {
      for (double step : new double[] {-1e-3, 1e-3}) {
        assertThat(squares(moved(fit, unknown, step), from, to))
            .as("unknown %d", unknown)
            .isGreaterThan(least);
      }
    }
  }

  private static Similarity moved(Similarity s, int unknown, double step) {
    double[] quaternion = s.quaternion();
    double[] translation = s.translation();
    if (unknown < 4) {
      quaternion[unknown] += step;
    } else if (unknown < 7) {
      translation[unknown - 4] += step;
    }
    return new Similarity(s.scale() * (unknown == 7 ? 1 + step : 1), quaternion, translation);
  }

  private static double squares(Similarity s, double[][] from, double[][] to) {
    double sum = 0;
    for (int k = 0; k < from.length; k++) {
      sum += Math.pow(PointCloud.distance(s.apply(from[k]), to[k]), 2);
    }
    return sum;
  }

  @Test
  void onePointFitsNothing() {
    double[][] apart = {{0, 0, 0}, {1, 0, 0}, {0, 1, 0}};
    double[][] one = {{4e6, 5, 6}, {4e6, 5, 6}, {4e6, 5, 6}};
    assertThat(SimilarityFit.fit(apart, one)).isEqualTo(Optional.empty());
    assertThat(SimilarityFit.fit(one, apart)).isEqualTo(Optional.empty());
  }

  @Test
  void eigenvaluesOfAKnownMatrix() {
    SymmetricEigen eigen = SymmetricEigen.of(new double[][] {{2, 1, 0}, {1, 2, 0}, {0, 0, 5}});
    assertThat(eigen.values()).containsExactly(new double[] {5, 3, 1}, within(1e-14));
    double[] second = eigen.vectors()[1];
    assertThat(second[0] * second[1]).isCloseTo(0.5, within(1e-14));
    assertThat(second[2]).isZero();
  }
}
