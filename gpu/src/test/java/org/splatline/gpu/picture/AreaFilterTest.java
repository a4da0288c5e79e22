package org.splatline.gpu.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AreaFilterTest {
  private static final long SEED = 5;

  private static Picture random(int width, int height, int channels) {
    byte[] pixels = new byte[width * height * channels];
    new Random(SEED).nextBytes(pixels);
    return new Picture(width, height, channels, pixels);
  }

  private static Picture masked(Picture picture) {
    byte[] mask = new byte[picture.width() * picture.height()];
    Random random = new Random(SEED);
    for (int p = 0; p < mask.length; p++) {
      mask[p] = (byte) (random.nextBoolean() ? 255 : 0);
    }
    return new Picture(
        picture.width(), picture.height(), picture.channels(), picture.pixels(), mask);
  }

  /** Each new pixel's mean, straight from overlaps of rectangles, in double. */
  private static double[] oracle(Picture picture, int width, int height) {
    int channels = picture.channels();
    double[] result = new double[width * height * channels];
    double sx = (double) picture.width() / width;
    double sy = (double) picture.height() / height;
    for (int i = 0; i < width * height; i++) {
      int nx = i % width;
      int ny = i / width;
      double total = 0;
      double weights = 0;
      for (int p = 0; p < picture.width() * picture.height(); p++) {
        int x = p % picture.width();
        int y = p / picture.width();
        double w = Math.min(x + 1, (nx + 1) * sx) - Math.max(x, nx * sx);
        double h = Math.min(y + 1, (ny + 1) * sy) - Math.max(y, ny * sy);
        if (w <= 0 || h <= 0 || !picture.counts(p)) {
          continue;
        }
        double alpha = channels == 4 ? (picture.pixels()[4 * p + 3] & 0xff) : 1;
        for (int c = 0; c < 3; c++) {
          result[i * channels + c] += w * h * alpha * (picture.pixels()[p * channels + c] & 0xff);
        }
        weights += w * h * alpha;
        total += w * h;
      }
      for (int c = 0; c < 3; c++) {
        result[i * channels + c] /= weights;
      }
      if (channels == 4) {
        result[i * channels + 3] = weights / total;
      }
    }
    return result;
  }

  @ParameterizedTest(name = "{0} x {1} x {2} to {3} x {4}")
  @CsvSource({
    "7, 5, 3, 3, 2",
    "7, 5, 4, 3, 2",
    "8, 8, 3, 2, 2",
    "9, 4, 4, 9, 3",
    "9, 4, 3, 8, 4",
    "5, 6, 3, 1, 1",
    "33, 31, 4, 32, 30",
    "100, 3, 3, 33, 1",
    "64, 48, 4, 13, 11"
  })
  void agreesWithOverlapsOfRectangles(
      int width, int height, int channels, int toWidth, int toHeight) {
    check(random(width, height, channels), toWidth, toHeight);
    check(masked(random(width, height, channels)), toWidth, toHeight);
  }

  private static void check(Picture picture, int toWidth, int toHeight) {
    Picture reduced = AreaFilter.reduce(picture, toWidth, toHeight);
    double[] oracle = oracle(picture, toWidth, toHeight);
    assertThat(reduced.width()).isEqualTo(toWidth);
    assertThat(reduced.channels()).isEqualTo(picture.channels());
    assertThat(reduced.isMasked()).isEqualTo(picture.isMasked());
    for (int i = 0; i < oracle.length; i++) {
      if (Double.isNaN(oracle[i])) { // nothing counts, or all that does is transparent
        oracle[i] = 0;
      }
      assertThat((double) (reduced.pixels()[i] & 0xff))
          .isBetween(oracle[i] - 0.5 - 1e-9, oracle[i] + 0.5 + 1e-9);
    }
  }

  @Test
  void countsWhatCountsOverHalfItsArea() {
    byte[] pixels = new byte[3 * 3 * 3];
    byte all = (byte) 255;
    byte[] mask = {all, all, 0, 0, 0, 0, all, all, all};
    Picture picture = new Picture(3, 3, 3, pixels, mask);
    // Of 2.25 old pixels each: 1 + 0.5, 0.5, 1 + 0.5, 0.5 + 1
    assertThat(AreaFilter.reduce(picture, 2, 2).mask()).containsExactly(all, 0, all, all);
    assertThat(AreaFilter.reduce(picture, 3, 1).mask()).containsExactly(all, all, 0);
    assertThat(AreaFilter.reduce(picture, 1, 1).mask()).containsExactly(all);
    Picture half = new Picture(2, 1, 3, new byte[6], new byte[] {all, 0});
    assertThat(AreaFilter.reduce(half, 1, 1).mask()).as("at least half").containsExactly(all);
  }

  @Test
  void roundsHalvesUpOnce() {
    Picture picture = new Picture(2, 1, 3, new byte[] {0, 1, (byte) 255, 1, 2, (byte) 254});
    assertThat(AreaFilter.reduce(picture, 1, 1).pixels()).containsExactly(1, 2, 255);
  }

  @Test
  void takesNoColourFromTransparentPixels() {
    Picture picture = new Picture(2, 1, 4, new byte[] {100, 100, 100, 0, 10, 20, 30, 80});
    assertThat(AreaFilter.reduce(picture, 1, 1).pixels()).containsExactly(10, 20, 30, 40);
    Picture nothing = new Picture(2, 1, 4, new byte[] {100, 100, 100, 0, 10, 20, 30, 0});
    assertThat(AreaFilter.reduce(nothing, 1, 1).pixels()).containsExactly(0, 0, 0, 0);
  }

  @Test
  void keepsAPictureOfTheSize() {
    Picture picture = random(4, 3, 3);
    assertThat(AreaFilter.reduce(picture, 4, 3)).isSameAs(picture);
  }

  @Test
  void refusesToEnlarge() {
    Picture picture = random(4, 3, 3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AreaFilter.reduce(picture, 5, 3))
        .withMessageContaining("5 x 3");
    assertThatIllegalArgumentException().isThrownBy(() -> AreaFilter.reduce(picture, 0, 3));
  }
}
