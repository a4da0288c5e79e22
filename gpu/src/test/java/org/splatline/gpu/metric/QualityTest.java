package org.splatline.gpu.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.splatline.gpu.picture.FloatImage;

/** PSNR and SSIM, against values worked out by hand and a naive SSIM over the plane. */
class QualityTest {
  private static final double C1 = 1e-4;
  private static final double C2 = 9e-4;

  private static FloatImage flat(int width, int height, float value) {
    FloatImage image = new FloatImage(width, height);
    Arrays.fill(image.rgb(), value);
    return image;
  }

  private static FloatImage random(int width, int height, long seed) {
    FloatImage image = new FloatImage(width, height);
    Random random = new Random(seed);
    for (int i = 0; i < image.rgb().length; i++) {
      image.rgb()[i] = random.nextFloat();
    }
    return image;
  }

  @Test
  void psnrOfAConstantDifference() {
    assertThat(Psnr.of(flat(7, 5, 0.75f), flat(7, 5, 0.5f)))
        .isCloseTo(20 * Math.log10(4), within(1e-12)); // 0.25² below 1
    assertThat(Psnr.of(flat(7, 5, 1), flat(7, 5, 0))).isZero();
  }

  @Test
  void psnrIsOverAllPixelsAndChannels() {
    FloatImage one = flat(10, 10, 0);
    one.rgb()[17] = 1; // 1 of 300 values
    assertThat(Psnr.of(one, flat(10, 10, 0))).isCloseTo(10 * Math.log10(300), within(1e-12));
  }

  @Test
  void psnrClampsTheRenderAndIsCapped() {
    assertThat(Psnr.of(flat(3, 3, 1.5f), flat(3, 3, 1))).isEqualTo(100);
    assertThat(Psnr.of(flat(3, 3, -2), flat(3, 3, 0))).isEqualTo(100);
    assertThat(Psnr.of(flat(3, 3, 0.500001f), flat(3, 3, 0.5f))).isEqualTo(100);
  }

  /** Equation 13 with the full 11x11 window, zeros outside. */
  private static double naiveSsim(FloatImage a, FloatImage b) {
    double[][] window = new double[11][11];
    double total = 0;
    for (int i = 0; i < 11; i++) {
      for (int j = 0; j < 11; j++) {
        window[i][j] = Math.exp(-((i - 5) * (i - 5) + (j - 5) * (j - 5)) / (2 * 1.5 * 1.5));
        total += window[i][j];
      }
    }
    double sum = 0;
    for (int p = 0; p < a.rgb().length; p++) {
      int column = p / 3 % a.width();
      int row = p / 3 / a.width();
      double ma = 0;
      double mb = 0;
      double aa = 0;
      double bb = 0;
      double ab = 0;
      for (int i = 0; i < 11; i++) {
        for (int j = 0; j < 11; j++) {
          int y = row + i - 5;
          int x = column + j - 5;
          if (0 <= y && y < a.height() && 0 <= x && x < a.width()) {
            double w = window[i][j] / total;
            double va = Math.max(0, Math.min(1, a.rgb()[3 * (y * a.width() + x) + p % 3]));
            double vb = b.rgb()[3 * (y * a.width() + x) + p % 3];
            ma += w * va;
            mb += w * vb;
            aa += w * va * va;
            bb += w * vb * vb;
            ab += w * va * vb;
          }
        }
      }
      sum +=
          ((2 * ma * mb + C1) * (2 * (ab - ma * mb) + C2))
              / ((ma * ma + mb * mb + C1) * (aa - ma * ma + bb - mb * mb + C2));
    }
    return sum / a.rgb().length;
  }

  @ParameterizedTest(name = "{0} x {1}")
  @CsvSource({"1, 1", "1, 20", "20, 1", "5, 5", "11, 11", "12, 7", "33, 31"})
  void ssimAgreesWithANaiveComputation(int width, int height) {
    FloatImage a = random(width, height, 1);
    FloatImage b = random(width, height, 2);
    a.rgb()[0] = 1.7f;
    a.rgb()[a.rgb().length - 1] = -0.3f;
    assertThat(Ssim.of(a, b)).isCloseTo(naiveSsim(a, b), within(1e-12));
    for (int i = 0; i < a.rgb().length; i++) {
      b.rgb()[i] = Math.max(0, Math.min(1, a.rgb()[i] + 0.05f * (b.rgb()[i] - 0.5f)));
    }
    assertThat(Ssim.of(a, b)).isCloseTo(naiveSsim(a, b), within(1e-12));
  }

  @Test
  void ssimOfEqualImagesIsOne() {
    FloatImage image = random(40, 30, 3);
    assertThat(Ssim.of(image, image)).isCloseTo(1, within(1e-12));
  }

  /** One pixel: means w·a and w·b, with w the window's centre, are all there is. */
  @Test
  void ssimOfOnePixelByHand() {
    double centre = 0;
    for (int k = -5; k <= 5; k++) {
      centre += Math.exp(-k * k / 4.5);
    }
    double w = 1 / (centre * centre);
    double a = 1;
    double b = 0.5;
    double expected =
        (2 * w * a * w * b + C1)
            * (2 * (w - w * w) * a * b + C2)
            / ((w * w * (a * a + b * b) + C1) * ((w - w * w) * (a * a + b * b) + C2));
    assertThat(Ssim.of(flat(1, 1, 1), flat(1, 1, 0.5f))).isCloseTo(expected, within(1e-12));
  }

  @Test
  void imagesOfDifferentSizesAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Psnr.of(flat(2, 3, 0), flat(3, 2, 0)))
        .withMessageContaining("2 x 3 and 3 x 2");
    assertThatIllegalArgumentException().isThrownBy(() -> Ssim.of(flat(2, 3, 0), flat(3, 2, 0)));
  }
}
