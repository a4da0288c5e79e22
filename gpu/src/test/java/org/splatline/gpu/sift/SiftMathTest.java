package org.splatline.gpu.sift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SiftMathTest {
  @Test
  void powersOfE() {
    for (float x = -40; x < 20; x += 0.0137f) {
      assertThat(SiftMath.exp(x) / Math.exp(x)).as("%s", x).isCloseTo(1, within(5e-7));
    }
    assertThat(SiftMath.exp(0)).isEqualTo(1);
  }

  @Test
  void sinesAndCosines() {
    for (float turns = -1; turns < 2; turns += 0.00037f) {
      double angle = 2 * Math.PI * turns;
      assertThat(SiftMath.sine(turns))
          .as("%s", turns)
          .isCloseTo((float) Math.sin(angle), within(1e-6f));
      assertThat(SiftMath.cosine(turns))
          .as("%s", turns)
          .isCloseTo((float) Math.cos(angle), within(1e-6f));
    }
  }

  @Test
  void directions() {
    for (double turns = 0; turns < 1; turns += 0.00037) {
      float x = (float) (0.3 * Math.cos(2 * Math.PI * turns));
      float y = (float) (0.3 * Math.sin(2 * Math.PI * turns));
      assertThat(SiftMath.direction(x, y)).as("%s", turns).isCloseTo((float) turns, within(2e-7f));
    }
    assertThat(SiftMath.direction(0, 0)).isZero();
    assertThat(SiftMath.direction(0, -1)).isEqualTo(0.75f);
    assertThat(SiftMath.direction(-1, 0)).isEqualTo(0.5f);
  }
}
