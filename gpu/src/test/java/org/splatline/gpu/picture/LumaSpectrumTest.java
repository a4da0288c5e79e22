package org.splatline.gpu.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.function.IntBinaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LumaSpectrumTest {
  private static final double[] SCALES = {0.125, 0.25, 0.5, 0.75, 1};

  private static Picture grey(int width, int height, IntBinaryOperator level) {
    byte[] pixels = new byte[3 * width * height];
    for (int i = 0; i < pixels.length; i++) {
      int p = i / 3;
      pixels[i] = (byte) level.applyAsInt(p % width, p / width);
    }
    return new Picture(width, height, 3, pixels);
  }

  private static IntBinaryOperator wave(double cyclesX, double cyclesY) {
    return (x, y) ->
        (int) Math.round(128 + 100 * Math.cos(2 * Math.PI * (cyclesX * x + cyclesY * y)));
  }

  private static double[] shares(Picture picture) {
    double[] amplitudes = LumaSpectrum.amplitudes(picture, 0, SCALES);
    double[] shares = new double[amplitudes.length];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = amplitudes[i] / amplitudes[amplitudes.length - 1];
    }
    return shares;
  }

  /**
   * A wave is in the bands whose size has two pixels for each of its cycles. The rounding of its
   * levels is noise, which has the rest.
   */
  @ParameterizedTest
  @CsvSource({
    "0.03, 0, 0",
    "0, 0.05, 0",
    "0.1, 0.02, 1",
    "0.02, 0.1, 1",
    "0.2, 0.2, 2",
    "0.01, 0.3, 3",
    "0.45, 0, 4"
  })
  void aWaveIsInTheBandOfItsFrequency(double cyclesX, double cyclesY, int band) {
    double[] shares = shares(grey(300, 140, wave(cyclesX, cyclesY)));
    for (int i = 0; i < SCALES.length; i++) {
      if (i < band) {
        assertThat(shares[i]).as("scale %s", SCALES[i]).isLessThan(0.3);
      } else {
        assertThat(shares[i]).as("scale %s", SCALES[i]).isGreaterThan(0.55);
      }
    }
  }

  /**
   * White noise of levels 0 to 255 has a deviation of 1 / sqrt(12). The window leaves 3/8 of its
   * energy along each axis. The mean modulus of a complex normal variable is sqrt(pi) / 2 of its
   * deviation.
   */
  @Test
  void noiseFillsEachBandByItsAreaInAllSizes() {
    double expected = 0.375 * Math.sqrt(Math.PI) / 2 / Math.sqrt(12);
    for (int side : new int[] {64, 200, 1500}) {
      Random random = new Random(7);
      int[] levels = random.ints((long) side * side, 0, 256).toArray();
      double[] amplitudes =
          LumaSpectrum.amplitudes(grey(side, side, (x, y) -> levels[y * side + x]), 0, SCALES);
      for (int i = 0; i < SCALES.length; i++) {
        double area = expected * SCALES[i] * SCALES[i];
        assertThat(amplitudes[i])
            .as("%d px, scale %s", side, SCALES[i])
            .isCloseTo(area, within(0.05 * expected));
      }
    }
  }

  @Test
  void theMeanDoesNotCount() {
    assertThat(LumaSpectrum.amplitudes(grey(100, 70, (x, y) -> 77), 0, SCALES)[4])
        .isCloseTo(0, within(1e-12));
    assertThat(LumaSpectrum.amplitudes(grey(1, 1, (x, y) -> 9), 0, SCALES)).containsOnly(0);
    double[] dark = LumaSpectrum.amplitudes(grey(64, 64, (x, y) -> 10 + x % 4), 0, SCALES);
    double[] bright = LumaSpectrum.amplitudes(grey(64, 64, (x, y) -> 200 + x % 4), 0, SCALES);
    assertThat(bright).containsExactly(dark, within(1e-12));
  }

  @Test
  void whatIsTransparentShowsTheBackgroundAndWhatIsIgnoredNothing() {
    int side = 64;
    byte[] rgba = new byte[4 * side * side];
    byte[] mask = new byte[side * side];
    for (int p = 0; p < side * side; p++) {
      boolean left = p % side < side / 2;
      for (int c = 0; c < 3; c++) {
        rgba[4 * p + c] = (byte) (left ? 255 : p * 31);
      }
      rgba[4 * p + 3] = (byte) (left ? 255 : 0);
      mask[p] = (byte) (left ? 255 : 0);
    }
    Picture transparent = new Picture(side, side, 4, rgba);
    assertThat(LumaSpectrum.amplitudes(transparent, 1, SCALES)[4]).isCloseTo(0, within(1e-12));
    assertThat(LumaSpectrum.amplitudes(transparent, 0, SCALES)[4]).isGreaterThan(0.01);
    Picture masked = new Picture(side, side, 4, rgba, mask);
    assertThat(LumaSpectrum.amplitudes(masked, 0, SCALES)[4]).isCloseTo(0, within(1e-12));
  }

  @Test
  void scalesMustAscend() {
    Picture picture = grey(4, 4, (x, y) -> x);
    for (double[] scales : new double[][] {{0}, {0.5, 0.5}, {0.5, 0.25}, {0.5, 1.5}}) {
      assertThatThrownBy(() -> LumaSpectrum.amplitudes(picture, 0, scales))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("do not ascend in (0, 1]");
    }
  }
}
