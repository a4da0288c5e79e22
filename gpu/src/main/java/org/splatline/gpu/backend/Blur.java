package org.splatline.gpu.backend;

import static org.splatline.gpu.Checks.checkArgument;

/**
 * A Gaussian blur of a training picture.
 *
 * @param radius px; the window's side is {@code 2 · radius + 1}
 * @param sigma standard deviation in px, at the size that the picture is trained at
 */
public record Blur(int radius, float sigma) {
  /** No blur. */
  public static final Blur NONE = new Blur(0, 0);

  public static final int MAX_RADIUS = 7;

  private static final double UNIT = 1 << 16;

  public Blur {
    checkArgument(
        0 <= radius && radius <= MAX_RADIUS && sigma >= 0,
        "Invalid blur: radius %s, sigma %s",
        radius,
        sigma);
  }

  /** Whether the blur changes nothing. */
  public boolean isNone() {
    return radius == 0 || sigma == 0;
  }

  /**
   * The window's weights from the middle outwards, [radius + 1]. They are whole numbers, and the
   * middle one is 65,536. Their sums are exact, so every device computes the same picture.
   */
  public int[] weights() {
    int[] weights = new int[radius + 1];
    for (int i = 0; i <= radius; i++) {
      weights[i] =
          sigma == 0 ? (i == 0 ? (int) UNIT : 0) : (int) Math.round(UNIT * falloff(i / sigma));
    }
    return weights;
  }

  private static double falloff(double deviations) {
    return Math.exp(-0.5 * deviations * deviations);
  }
}
