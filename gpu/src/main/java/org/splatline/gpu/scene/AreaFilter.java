package org.splatline.gpu.scene;

/** Reduces pictures: each new pixel is the mean of the old ones below it, by covered area. */
public final class AreaFilter {
  private AreaFilter() {}

  /**
   * To {@code width} x {@code height}, neither above the picture's; channels kept, transparent
   * pixels weigh by their alpha.
   */
  public static Picture reduce(Picture picture, int width, int height) {
    throw new UnsupportedOperationException("" + picture + width + height);
  }
}
