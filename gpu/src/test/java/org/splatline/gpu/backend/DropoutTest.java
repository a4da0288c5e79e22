package org.splatline.gpu.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DropoutTest {
  private static final int ROWS = 100_000;

  private static double share(Dropout dropout, int from) {
    return IntStream.range(from, from + ROWS).filter(dropout::drops).count() / (double) ROWS;
  }

  @ParameterizedTest(name = "share {0}")
  @ValueSource(doubles = {1e-3, 0.1, 0.5, 0.7, 0.999})
  void leavesOutTheShare(double share) {
    for (int step = 1; step <= 3; step++) {
      double error = 5 * Math.sqrt(share * (1 - share) / ROWS);
      assertThat(share(Dropout.at(share, 42, step), 0)).isCloseTo(share, within(error));
      assertThat(share(Dropout.at(share, 42, step), 2_000_000)).isCloseTo(share, within(error));
    }
  }

  @Test
  void nothingIsLeftOutWithoutDropout() {
    assertThat(Dropout.at(0, 42, 7)).isSameAs(Dropout.NONE);
    assertThat(share(Dropout.NONE, 0)).isZero();
    assertThat(share(new Dropout(0, 12345), 0)).isZero();
  }

  @Test
  void everyStepAndSeedLeavesOutOthers() {
    Dropout one = Dropout.at(0.3, 42, 7);
    assertThat(Dropout.at(0.3, 42, 7)).isEqualTo(one);
    for (Dropout other : new Dropout[] {Dropout.at(0.3, 42, 8), Dropout.at(0.3, 43, 7)}) {
      long both = IntStream.range(0, ROWS).filter(n -> one.drops(n) && other.drops(n)).count();
      assertThat((double) both / ROWS).as("as independent draws").isCloseTo(0.09, within(0.005));
    }
  }

  @Test
  void theHashIsThatOfTheKernel() {
    for (int n : new int[] {0, 1, 2, 1000, 5_000_000}) {
      for (int seed : new int[] {0, 1, -1, 0x12345678}) {
        long hash = hash(n, seed);
        assertThat(new Dropout((int) hash, seed).drops(n)).as("not below itself").isFalse();
        assertThat(new Dropout((int) hash + 1, seed).drops(n)).isEqualTo(hash != 0xffffffffL);
      }
    }
  }

  /** Of MurmurHash3's finaliser, in 64 bits. */
  private static long hash(int n, int seed) {
    long mask = 0xffffffffL;
    long h = (n * 0x9E3779B9L + (seed & mask)) & mask;
    h = ((h ^ (h >> 16)) * 0x85EBCA6BL) & mask;
    h = ((h ^ (h >> 13)) * 0xC2B2AE35L) & mask;
    return h ^ (h >> 16);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1, Double.NaN})
  void refusesOtherShares(double share) {
    assertThatThrownBy(() -> Dropout.at(share, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Invalid dropout");
  }
}
