package org.splatline.gpu.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.splatline.gpu.backend.TestGaussians;
import org.splatline.gpu.picture.FloatImage;
import org.splatline.gpu.picture.Picture;

class CpuLossTest {
  private static FloatImage image(Picture picture) {
    FloatImage image = new FloatImage(picture.width(), picture.height());
    picture.composeOver(0, 0, 0, image.rgb());
    return image;
  }

  @Test
  void aMaskThatIgnoresNothingGivesTheSameBits() {
    Picture picture = TestGaussians.picture(31, 23, 3, 1);
    byte[] mask = new byte[31 * 23];
    Arrays.fill(mask, (byte) 255);
    Picture masked = new Picture(31, 23, 3, picture.pixels(), mask);
    FloatImage rendered = image(TestGaussians.picture(31, 23, 3, 2));
    try (Workers workers = new Workers(2)) {
      CpuLoss.Result plain = new CpuLoss(workers).of(rendered, image(picture), picture, 0.2f);
      CpuLoss.Result all = new CpuLoss(workers).of(rendered, image(masked), masked, 0.2f);
      assertThat(all.loss()).isEqualTo(plain.loss());
      assertThat(all.meanSquaredError()).isEqualTo(plain.meanSquaredError());
      assertThat(all.gradient()).isEqualTo(plain.gradient());
    }
  }
}
