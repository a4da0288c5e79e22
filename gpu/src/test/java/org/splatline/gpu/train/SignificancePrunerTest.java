package org.splatline.gpu.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SignificancePrunerTest {

  @Test
  void keepsTheHighestInOrder() {
    assertThat(SignificancePruner.rows(new double[] {3, 1, 4, 1, 5, 9, 2, 6}, 4))
        .containsExactly(2, 4, 5, 7);
  }

  @Test
  void ofEqualOnesTheFirst() {
    assertThat(SignificancePruner.rows(new double[] {0, 2, 0, 2, 0, 2}, 2)).containsExactly(1, 3);
    assertThat(SignificancePruner.rows(new double[5], 3)).containsExactly(0, 1, 2);
  }

  @Test
  void keepsAllOrNone() {
    double[] significance = IntStream.range(0, 1000).mapToDouble(n -> n * 7 % 13).toArray();
    assertThat(SignificancePruner.rows(significance, 1000))
        .containsExactly(IntStream.range(0, 1000).toArray());
    assertThat(SignificancePruner.rows(significance, 0)).isEmpty();
    assertThat(SignificancePruner.rows(new double[0], 0)).isEmpty();
  }
}
