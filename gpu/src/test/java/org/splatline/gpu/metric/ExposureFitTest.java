package org.splatline.gpu.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.splatline.gpu.picture.FloatImage;
import org.splatline.gpu.picture.Picture;

class ExposureFitTest {
  private static final int WIDTH = 20;
  private static final int HEIGHT = 9;
  private static final float[] TRANSFORM = {
    0.7f, 0.1f, 0, 0.05f, 0.05f, 0.8f, -0.05f, 0.06f, 0, 0.02f, 0.6f, 0.1f
  };

  private static FloatImage random(long seed) {
    Random random = new Random(seed);
    FloatImage image = new FloatImage(WIDTH, HEIGHT);
    for (int i = 0; i < image.rgb().length; i++) {
      image.rgb()[i] = random.nextFloat();
    }
    return image;
  }

  private static FloatImage transformed(FloatImage image) {
    FloatImage transformed = new FloatImage(WIDTH, HEIGHT);
    for (int i = 0; i < image.rgb().length; i++) {
      int row = i % 3 * 4;
      float value = TRANSFORM[row + 3];
      for (int k = 0; k < 3; k++) {
        value += TRANSFORM[row + k] * image.rgb()[i / 3 * 3 + k];
      }
      transformed.rgb()[i] = value;
    }
    return transformed;
  }

  private static Picture all() {
    return new Picture(WIDTH, HEIGHT, 3, new byte[3 * WIDTH * HEIGHT]);
  }

  /** A picture that counts where {@code x} is in a range. */
  private static Picture counting(int from, int until) {
    byte[] mask = new byte[WIDTH * HEIGHT];
    for (int p = 0; p < mask.length; p++) {
      mask[p] = (byte) (from <= p % WIDTH && p % WIDTH < until ? 255 : 0);
    }
    return new Picture(WIDTH, HEIGHT, 3, new byte[3 * WIDTH * HEIGHT], mask);
  }

  @Test
  void anAffineDifferenceIsNone() {
    FloatImage rendered = random(1);
    FloatImage reference = transformed(rendered);
    assertThat(Psnr.of(rendered, reference)).isLessThan(20);
    assertThat(ExposureFit.psnr(rendered, reference, all()).orElseThrow()).isGreaterThan(80);
  }

  /** The right half differs by 0.1 everywhere, which the left half knows nothing of. */
  @Test
  void whatIsFittedIsNotMeasured() {
    FloatImage rendered = random(2);
    for (int i = 0; i < rendered.rgb().length; i++) {
      rendered.rgb()[i] = 0.2f + 0.5f * rendered.rgb()[i];
    }
    FloatImage reference = new FloatImage(WIDTH, HEIGHT, rendered.rgb().clone());
    for (int i = 0; i < reference.rgb().length; i++) {
      reference.rgb()[i] += i / 3 % WIDTH < WIDTH / 2 ? 0 : 0.1f;
    }
    assertThat(ExposureFit.psnr(rendered, reference, all()).orElseThrow())
        .isCloseTo(20, within(1e-3));
  }

  @Test
  void pixelsThatDoNotCountDoNotMatter() {
    FloatImage rendered = random(3);
    FloatImage reference = transformed(rendered);
    for (int p = 0; p < WIDTH * HEIGHT; p++) {
      if (p % WIDTH < 5 || p % WIDTH >= 15) {
        Arrays.fill(reference.rgb(), 3 * p, 3 * p + 3, p % 2);
      }
    }
    assertThat(ExposureFit.psnr(rendered, reference, counting(5, 15)).orElseThrow())
        .isGreaterThan(80);
    assertThat(ExposureFit.psnr(rendered, reference, counting(0, 10))).isEmpty();
    assertThat(ExposureFit.psnr(rendered, reference, counting(10, 20))).isEmpty();
  }

  /** One colour has many transforms; the one nearest to the identity is taken. */
  @Test
  void aPlainPictureHasATransformToo() {
    FloatImage grey = new FloatImage(WIDTH, HEIGHT);
    Arrays.fill(grey.rgb(), 0.5f);
    FloatImage reference = new FloatImage(WIDTH, HEIGHT);
    Arrays.fill(reference.rgb(), 0.25f);
    assertThat(ExposureFit.psnr(grey, reference, all()).orElseThrow()).isGreaterThan(80);
  }
}
