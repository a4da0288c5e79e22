package org.splatline.gpu.picture;

import static org.splatline.gpu.Checks.checkArgument;

/**
 * An RGB image of floats in [0, 1], sRGB.
 *
 * @param rgb [H, W, 3], not copied
 */
public record FloatImage(int width, int height, float[] rgb) {

  public FloatImage {
    checkArgument(
        rgb.length == (long) width * height * 3,
        "Invalid image: %s floats are not %s x %s x 3",
        rgb.length,
        height,
        width);
  }

  /** A black image. */
  public FloatImage(int width, int height) {
    this(width, height, new float[Math.multiplyExact(Math.multiplyExact(width, height), 3)]);
  }
}
