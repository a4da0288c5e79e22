package org.splatline.gpu.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.splatline.gpu.cuda.Coefficients.Kind;

class CoefficientsTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0000",
    "-0.0, 8000",
    "1, 3c00",
    "-2, c000",
    "65504, 7bff",
    "65520, 7bff",
    "1e30, 7bff",
    "-1e30, fbff",
    "Infinity, 7c00",
    "-Infinity, fc00",
    "NaN, 7e00",
    "6.103515625e-5, 0400",
    "5.9604645e-8, 0001",
    "2.9e-8, 0000",
    "3.1e-8, 0001",
    "0.333251953125, 3555",
    "2049, 6800",
    "2051, 6802",
    "1.00048828125, 3c00",
    "1.00146484375, 3c02"
  })
  void halvesAreTheNearestToEven(float value, String bits) {
    assertThat(String.format("%04x", Coefficients.toHalf(value) & 0xffff)).isEqualTo(bits);
  }

  @Test
  void everyHalfComesBack() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float value = Coefficients.toFloat((short) bits);
      if (Float.isNaN(value)) {
        assertThat(bits & 0x7fff).isGreaterThan(0x7c00);
      } else {
        assertThat(Coefficients.toHalf(value) & 0xffff).isEqualTo(bits);
      }
    }
  }

  /** No other number in 16 bits is nearer. */
  @Test
  void neighboursAreNotNearer() {
    Random random = new Random(5);
    for (int i = 0; i < 100_000; i++) {
      float value = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(9) - 6));
      short half = Coefficients.toHalf(value);
      double error = Math.abs(value - Coefficients.toFloat(half));
      for (int next : new int[] {half - 1, half + 1}) {
        float other = Coefficients.toFloat((short) next);
        if (Float.isFinite(other)) {
          assertThat(error).isLessThanOrEqualTo(Math.abs((double) value - other));
        }
      }
    }
  }

  /**
   * Numbers stay the same when they are uploaded, downloaded and uploaded again. A resumed run
   * depends on it.
   */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void storingTwiceChangesNothing(Kind kind) {
    Random random = new Random(6);
    float[] values = new float[10_000];
    for (int i = 0; i < values.length; i++) {
      double value = Math.pow(10, -random.nextInt(8)) * random.nextDouble();
      values[i] = (float) (kind == Kind.SECOND_MOMENT ? 1e-6 * value * value : 0.05 * value);
    }
    short[] once = Coefficients.toHalves(values, kind);
    assertThat(Coefficients.toHalves(Coefficients.toFloats(once, kind), kind)).isEqualTo(once);
    float[] back = Coefficients.toFloats(once, kind);
    for (int i = 0; i < values.length; i++) {
      double tolerance = kind == Kind.VALUE ? 3.1e-8 : 1e-12;
      assertThat((double) back[i]).isCloseTo(values[i], within(1e-3 * values[i] + tolerance));
    }
  }
}
