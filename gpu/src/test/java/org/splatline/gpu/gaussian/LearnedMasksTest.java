package org.splatline.gpu.gaussian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LearnedMasksTest {
  private static final float LIMIT = LearnedMasks.logitLimit(0.01);

  private static Gaussians ones(int n, int shDegree) {
    Gaussians g = Gaussians.zeros(n, shDegree);
    Arrays.fill(g.shCoefficients(), 1);
    for (int i = 0; i < n; i++) {
      g.means()[3 * i] = i;
    }
    return g.withMasks(1);
  }

  @Test
  void theLimitIsTheThresholdsLogit() {
    assertThat(1 / (1 + Math.exp(-LIMIT))).isCloseTo(0.01, within(1e-7));
    assertThat(LearnedMasks.isMasked(LIMIT, LIMIT)).isTrue();
    assertThat(LearnedMasks.isMasked(Math.nextUp(LIMIT), LIMIT)).isFalse();
    assertThat(LearnedMasks.isMasked(Float.NaN, LIMIT)).isTrue();
  }

  @Test
  void maskedRowsAreRemoved() {
    Gaussians g = ones(5, 1);
    g.maskLogits()[4] = -9;
    g.maskLogits()[16] = -9;
    Gaussians left = LearnedMasks.applied(g, LIMIT);
    assertThat(left.size()).isEqualTo(3);
    assertThat(left.hasMasks()).isFalse();
    assertThat(left.means()).containsExactly(0, 0, 0, 2, 0, 0, 3, 0, 0);
    assertThat(g.size()).as("unchanged").isEqualTo(5);
  }

  @Test
  void maskedBandsAreZeroOnlyInTheirRows() {
    Gaussians g = ones(3, 2);
    g.maskLogits()[1] = -9;
    g.maskLogits()[4 + 2] = -9;
    Gaussians left = LearnedMasks.applied(g, LIMIT);
    assertThat(left.shDegree()).isEqualTo(2);
    for (int i = 0; i < 3 * 27; i++) {
      int k = i % 27;
      boolean zero = i / 27 == 0 ? 3 <= k && k < 12 : i / 27 == 1 && 12 <= k;
      assertThat(left.shCoefficients()[i]).as("%s", i).isEqualTo(zero ? 0 : 1);
    }
    assertThat(g.shCoefficients()).as("unchanged").containsOnly(1);
  }

  @ParameterizedTest(name = "band {0} of 3 masked everywhere: degree {1}")
  @CsvSource({"3, 2", "2, 3", "1, 3", "0, 3"})
  void onlyTheHighestBandsAreRemoved(int band, int degree) {
    Gaussians g = ones(4, 3);
    for (int i = 0; band > 0 && i < 4; i++) {
      g.maskLogits()[4 * i + band] = -9;
    }
    assertThat(LearnedMasks.applied(g, LIMIT).shDegree()).isEqualTo(degree);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4})
  void allBandsMaskedLeaveTheBaseColour(int n) {
    Gaussians g = ones(n, 3);
    for (int i = 0; i < g.maskLogits().length; i++) {
      g.maskLogits()[i] = i % 4 == 0 ? 1 : -9;
    }
    Gaussians left = LearnedMasks.applied(g, LIMIT);
    assertThat(left.shDegree()).isZero();
    assertThat(left.shCoefficients()).hasSize(3 * n).doesNotContain(0);
  }
}
