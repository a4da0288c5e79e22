package org.splatline.gpu.scene;

import static org.splatline.gpu.Checks.checkArgument;

/**
 * A decoded photograph: 8-bit, row-major, as stored (sRGB). {@code pixels} is [H, W, channels] and
 * not copied; {@code channels} is 3 (RGB) or 4 (RGBA, alpha not premultiplied).
 */
public record Picture(int width, int height, int channels, byte[] pixels) {

  public Picture {
    checkArgument(channels == 3 || channels == 4, "Invalid picture: %s channels", channels);
    checkArgument(
        pixels.length == (long) width * height * channels,
        "Invalid picture: %s bytes are not %s x %s x %s",
        pixels.length,
        height,
        width,
        channels);
  }

  /**
   * The picture as floats in [0, 1], transparent pixels over a background.
   *
   * @param rgb [H, W, 3], overwritten
   */
  public void composeOver(float red, float green, float blue, float[] rgb) {
    float[] background = {red, green, blue};
    for (int p = 0; p < width * height; p++) {
      float alpha = channels == 4 ? (pixels[4 * p + 3] & 0xff) / 255f : 1;
      for (int c = 0; c < 3; c++) {
        rgb[3 * p + c] =
            (pixels[channels * p + c] & 0xff) / 255f * alpha + (1 - alpha) * background[c];
      }
    }
  }
}
