package org.splatline.gpu.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CodebookTest {
  private static float[] random(int n) {
    Random random = new Random(4);
    float[] numbers = new float[n];
    for (int i = 0; i < n; i++) {
      numbers[i] =
          (float) (random.nextInt(100) == 0 ? 20 + random.nextGaussian() : random.nextGaussian());
    }
    return numbers;
  }

  private static double error(Codebook codebook, float[] numbers) {
    double sum = 0;
    for (float number : numbers) {
      double difference = number - codebook.values()[codebook.code(number)];
      sum += difference * difference;
    }
    return sum;
  }

  @Test
  void keepsFewNumbersAsTheyAre() {
    float[] numbers = new float[30_000];
    float[] few = random(256);
    few[3] = 1e-12f;
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = i < 256 ? few[i] : few[i % 5]; // some of them are rare
    }
    assertThat(error(Codebook.of(numbers), numbers)).isZero();
  }

  @Test
  void isBestForFewHundredNumbers() {
    float[] numbers = random(700);
    Codebook codebook = Codebook.of(numbers);
    assertThat(error(codebook, numbers)).isCloseTo(best(numbers), within(1e-6));
    assertThat(codebook.values()).isSorted();
  }

  /** The best sum of squares of 256 clusters, by trying every split. */
  private static double best(float[] numbers) {
    float[] sorted = numbers.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    double[][] errors = new double[n + 1][n + 1];
    for (int from = 0; from < n; from++) {
      double sum = 0;
      double squares = 0;
      for (int until = from + 1; until <= n; until++) {
        sum += sorted[until - 1];
        squares += (double) sorted[until - 1] * sorted[until - 1];
        errors[from][until] = Math.max(0, squares - sum * sum / (until - from));
      }
    }
    double[] before = errors[0].clone();
    for (int c = 1; c < Codebook.SIZE; c++) {
      double[] now = new double[n + 1];
      Arrays.fill(now, Double.POSITIVE_INFINITY);
      for (int until = c + 1; until <= n; until++) {
        for (int from = c; from < until; from++) {
          now[until] = Math.min(now[until], before[from] + errors[from][until]);
        }
      }
      before = now;
    }
    return before[n];
  }

  /**
   * A uniform code has steps of (highest - lowest) / 255, and an error of a twelfth of their
   * squares.
   */
  @Test
  void isFarBetterThanEqualStepsForMany() {
    float[] numbers = random(200_000);
    double step = 27.0 / 255;
    assertThat(error(Codebook.of(numbers), numbers) / numbers.length)
        .isLessThan(step * step / 12 / 3);
  }

  @Test
  void codesTheNearest() {
    Codebook codebook = Codebook.of(random(5000));
    for (float number : new float[] {-100, -1.5f, 0, 0.001f, 3, 19.7f, 100}) {
      float found = codebook.values()[codebook.code(number)];
      for (float value : codebook.values()) {
        assertThat(Math.abs(found - number)).isLessThanOrEqualTo(Math.abs(value - number));
      }
    }
  }

  @Test
  void noNumbersAreZeros() {
    assertThat(Codebook.of(new float[0]).values()).hasSize(256).containsOnly(0);
    assertThat(Codebook.of(new float[] {-0.5f}).values()).hasSize(256).containsOnly(-0.5f);
  }
}
