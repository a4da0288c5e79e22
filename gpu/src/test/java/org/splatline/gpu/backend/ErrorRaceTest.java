package org.splatline.gpu.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ErrorRaceTest {
  private static final long SEED = 42;
  private static final int RACES = 40_000;

  /** The winner, then the second, of a race between four. */
  private static int[] firstTwo(double[] scores, int step) {
    int first = -1;
    int second = -1;
    for (int n = 0; n < scores.length; n++) {
      float key = ErrorRace.key(scores[n], SEED, step, n);
      if (first < 0 || key > ErrorRace.key(scores[first], SEED, step, first)) {
        second = first;
        first = n;
      } else if (second < 0 || key > ErrorRace.key(scores[second], SEED, step, second)) {
        second = n;
      }
    }
    return new int[] {first, second};
  }

  /** Without replacement: the second is chosen in proportion among those that are left. */
  @Test
  void chancesAreInProportionToScores() {
    double[] scores = {1, 2, 3, 4};
    int[] won = new int[4];
    int[][] pairs = new int[4][4];
    for (int step = 1; step <= RACES; step++) {
      int[] two = firstTwo(scores, step);
      won[two[0]]++;
      pairs[two[0]][two[1]]++;
    }
    for (int i = 0; i < 4; i++) {
      // Four standard deviations of a binomial share are at most 4 · 0.5 / 200 = 0.01.
      assertThat((double) won[i] / RACES).isCloseTo(scores[i] / 10, within(0.01));
      for (int j = 0; j < 4; j++) {
        double expected = i == j ? 0 : scores[i] / 10 * scores[j] / (10 - scores[i]);
        assertThat((double) pairs[i][j] / RACES).isCloseTo(expected, within(0.01));
      }
    }
  }

  @Test
  void keysAreFiniteAndScaleWithScores() {
    for (int n = 0; n < RACES; n++) {
      float key = ErrorRace.key(3, SEED, 1, n);
      assertThat(key).isPositive().isFinite();
      assertThat(ErrorRace.key(6, SEED, 1, n)).isEqualTo(2 * key);
    }
  }

  @Test
  void waitsAreExponential() {
    double sum = 0;
    int long3 = 0;
    for (int n = 0; n < RACES; n++) {
      double wait = CounterRandom.exponential(SEED, 1, n, 0);
      sum += wait;
      long3 += wait > 3 ? 1 : 0;
    }
    assertThat(sum / RACES).isCloseTo(1, within(0.02));
    assertThat((double) long3 / RACES).isCloseTo(Math.exp(-3), within(0.005));
  }
}
