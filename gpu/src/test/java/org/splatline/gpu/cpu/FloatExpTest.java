package org.splatline.gpu.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class FloatExpTest {
  @Test
  void isWithinItsBound() {
    for (float x = 0; x > -80; x -= 0.0007f) {
      assertThat(FloatExp.of(x) / Math.exp(x)).as("e^%s", x).isCloseTo(1, within(2e-7));
    }
  }

  @Test
  void edges() {
    assertThat(FloatExp.of(0)).isEqualTo(1);
    assertThat(FloatExp.of(-0.0f)).isEqualTo(1);
    assertThat(FloatExp.of(-1000)).isZero();
    assertThat(FloatExp.of(Float.NEGATIVE_INFINITY)).isZero();
    assertThat(FloatExp.of(Float.NaN)).isZero();
  }
}
