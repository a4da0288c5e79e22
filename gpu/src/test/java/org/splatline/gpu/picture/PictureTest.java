package org.splatline.gpu.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class PictureTest {
  private static Picture grey(int... levels) {
    byte[] pixels = new byte[3 * levels.length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) levels[i / 3];
    }
    return new Picture(levels.length, 1, 3, pixels);
  }

  @Test
  void ignoresWhereItsMaskIsDark() {
    Picture picture = grey(1, 2, 3, 4).maskedBy(grey(0, 127, 128, 255));
    assertThat(picture.mask()).containsExactly(0, 0, 255, 255);
    assertThat(picture.counted()).isEqualTo(2);
    assertThat(picture.planes()).isEqualTo(4);
    assertThat(picture.bytes()).isEqualTo(16);
    assertThat(picture.counts(1)).isFalse();
    assertThat(picture.counts(2)).isTrue();
  }

  @Test
  void takesAMasksBrightestChannelAndItsAlpha() {
    byte[] pixels = {
      (byte) 200,
      0,
      0,
      (byte) 255, // red
      0,
      100,
      100,
      (byte) 255, // dark
      (byte) 255,
      (byte) 255,
      (byte) 255,
      0, // transparent
      (byte) 255,
      0,
      0,
      (byte) 200
    };
    Picture picture = grey(1, 2, 3, 4).maskedBy(new Picture(4, 1, 4, pixels));
    assertThat(picture.mask()).containsExactly(255, 0, 0, 255);
  }

  @Test
  void leavesOutAMaskThatIgnoresNothing() {
    Picture picture = grey(1, 2).maskedBy(grey(128, 255));
    assertThat(picture.isMasked()).isFalse();
    assertThat(picture.planes()).isEqualTo(3);
    byte[] opaque = {1, 2, 3, (byte) 255, 4, 5, 6, (byte) 128};
    Picture rgb = new Picture(2, 1, 4, opaque).transparentIgnored();
    assertThat(rgb.isMasked()).isFalse();
    assertThat(rgb.channels()).isEqualTo(3);
    assertThat(rgb.pixels()).containsExactly(1, 2, 3, 4, 5, 6);
  }

  @Test
  void ignoresWhatIsTransparentAndWhatItsMaskSays() {
    byte[] pixels = {1, 2, 3, 127, 4, 5, 6, (byte) 255, 7, 8, 9, (byte) 255};
    Picture picture = new Picture(3, 1, 4, pixels).maskedBy(grey(255, 255, 0));
    assertThat(picture.transparentIgnored().mask()).containsExactly(0, 255, 0);
    assertThat(grey(5).transparentIgnored().isMasked()).isFalse();
  }

  @Test
  void copiesIgnoredPixelsAlone() {
    float[] to = {1, 1, 1, 1, 1, 1};
    grey(1, 2).maskedBy(grey(255, 0)).copyIgnored(new float[] {2, 3, 4, 5, 6, 7}, to);
    assertThat(to).containsExactly(1, 1, 1, 5, 6, 7);
  }

  @Test
  void refusesMasksOfAnotherSize() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> grey(1, 2).maskedBy(grey(1, 2, 3)))
        .withMessageContaining("3 x 1 px");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Picture(1, 1, 3, new byte[3], new byte[2]))
        .withMessageContaining("2 bytes are not 1 x 1");
  }
}
