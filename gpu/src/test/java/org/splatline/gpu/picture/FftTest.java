package org.splatline.gpu.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FftTest {
  private static final int SEED = 5;

  /** The sum that defines the transform. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 32, 256})
  void isTheDiscreteFourierTransform(int length) {
    Random random = new Random(SEED);
    double[] real = random.doubles(length).toArray();
    double[] imaginary = random.doubles(length).toArray();
    double[] wantedReal = new double[length];
    double[] wantedImaginary = new double[length];
    for (int k = 0; k < length; k++) {
      for (int n = 0; n < length; n++) {
        double angle = -2 * Math.PI * ((long) k * n % length) / length;
        wantedReal[k] += real[n] * Math.cos(angle) - imaginary[n] * Math.sin(angle);
        wantedImaginary[k] += real[n] * Math.sin(angle) + imaginary[n] * Math.cos(angle);
      }
    }
    new Fft(length).transform(real, imaginary);
    assertThat(real).containsExactly(wantedReal, within(1e-10));
    assertThat(imaginary).containsExactly(wantedImaginary, within(1e-10));
  }

  @Test
  void otherLengthsAreRefused() {
    for (int length : new int[] {0, 3, 12, -8}) {
      assertThatThrownBy(() -> new Fft(length))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "Invalid length of a Fourier transform: %s is not a power of two".formatted(length));
    }
    assertThatThrownBy(() -> new Fft(4).transform(new double[4], new double[8]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("lengths 4 and 8 are not 4");
  }
}
