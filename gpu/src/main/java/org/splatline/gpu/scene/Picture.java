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
}
