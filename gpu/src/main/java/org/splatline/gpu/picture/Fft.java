package org.splatline.gpu.picture;

import static org.splatline.gpu.Checks.checkArgument;

/**
 * Discrete Fourier transforms of one length, a power of two, by radix 2 in place: Cooley and Tukey
 * 1965. Not normalised: X[k] = sum over n of x[n] exp(-2 pi i k n / length). An instance may be
 * used by several threads.
 */
final class Fft {
  private final int length;
  private final double[] cosines; // [length / 2]: cos(2 pi k / length)
  private final double[] sines;
  private final int[] reversed; // [length]: each index with its bits in reverse order

  /** Throws {@link IllegalArgumentException} if {@code length} is not a power of two. */
  Fft(int length) {
    checkArgument(
        Integer.bitCount(length) == 1 && length > 0,
        "Invalid length of a Fourier transform: %s is not a power of two",
        length);
    this.length = length;
    this.cosines = new double[length / 2];
    this.sines = new double[length / 2];
    for (int k = 0; k < length / 2; k++) {
      cosines[k] = Math.cos(2 * Math.PI * k / length);
      sines[k] = Math.sin(2 * Math.PI * k / length);
    }
    this.reversed = new int[length];
    int bits = Integer.numberOfTrailingZeros(length);
    for (int i = 0; i < length; i++) {
      reversed[i] = bits == 0 ? 0 : Integer.reverse(i) >>> (Integer.SIZE - bits);
    }
  }

  /**
   * Replaces a signal by its transform.
   *
   * @param real [length]
   * @param imaginary [length]
   */
  void transform(double[] real, double[] imaginary) {
    checkArgument(
        real.length == length && imaginary.length == length,
        "Invalid signal: lengths %s and %s are not %s",
        real.length,
        imaginary.length,
        length);
    for (int i = 0; i < length; i++) {
      if (i < reversed[i]) {
        swap(real, i, reversed[i]);
        swap(imaginary, i, reversed[i]);
      }
    }
    for (int half = 1; half < length; half *= 2) {
      combine(real, imaginary, half);
    }
  }

  private static void swap(double[] values, int i, int j) {
    double swapped = values[i];
    values[i] = values[j];
    values[j] = swapped;
  }

  /** Makes transforms of {@code 2 * half} values from pairs of transforms of {@code half}. */
  private void combine(double[] real, double[] imaginary, int half) {
    int stride = length / (2 * half);
    for (int start = 0; start < length; start += 2 * half) {
      for (int k = 0; k < half; k++) {
        double cos = cosines[k * stride];
        double sin = sines[k * stride];
        int even = start + k;
        int odd = even + half;
        double oddReal = real[odd] * cos + imaginary[odd] * sin;
        double oddImaginary = imaginary[odd] * cos - real[odd] * sin;
        real[odd] = real[even] - oddReal;
        imaginary[odd] = imaginary[even] - oddImaginary;
        real[even] += oddReal;
        imaginary[even] += oddImaginary;
      }
    }
  }
}
