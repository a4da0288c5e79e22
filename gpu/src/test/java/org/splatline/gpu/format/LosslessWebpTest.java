package org.splatline.gpu.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LosslessWebpTest {
  private static LosslessWebp.Pixels random(int width, int height) {
    return new LosslessWebp.Pixels(
        width, height, new Random(2).ints((long) width * height).toArray());
  }

  /** Random alpha: zero in one pixel of 256. */
  @ParameterizedTest
  @CsvSource({"1, 1", "4, 4", "33, 7", "260, 120"})
  void keepsEachBit(int width, int height) throws IOException {
    LosslessWebp.Pixels pixels = random(width, height);
    pixels.argb()[0] &= 0xffffff;
    LosslessWebp.Pixels decoded =
        LosslessWebp.decode(LosslessWebp.encode(pixels), (long) width * height);
    assertThat(decoded.width()).isEqualTo(width);
    assertThat(decoded.height()).isEqualTo(height);
    assertThat(decoded.argb()).isEqualTo(pixels.argb());
  }

  @Test
  void knowsTheSizeBeforeItDecodes() {
    byte[] bytes = LosslessWebp.encode(random(33, 7));
    assertThatThrownBy(() -> LosslessWebp.decode(bytes, 33 * 7 - 1))
        .isInstanceOf(IOException.class)
        .hasMessage("it has 33 x 7 pixels");
    bytes[23] |= 0x0f; // a height that the stream doesn't have
    assertThatThrownBy(() -> LosslessWebp.decode(bytes, 1000))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("it has 33 x ");
  }
}
