package org.splatline.gpu.sift;

import static org.splatline.gpu.Checks.checkArgument;

import org.splatline.gpu.picture.Picture;

/**
 * A picture in grey. The array is not copied.
 *
 * @param luma [H, W], unsigned
 */
public record GreyPicture(int width, int height, byte[] luma) {
  private static final float RED = 0.2126f; // BT.709, as COLMAP weighs the channels
  private static final float GREEN = 0.7152f;
  private static final float BLUE = 0.0722f;

  public GreyPicture {
    checkArgument(
        width > 0 && height > 0 && luma.length == (long) width * height,
        "Invalid grey picture: %s bytes are not %s x %s",
        luma.length,
        height,
        width);
  }

  /** The luma of a picture, as COLMAP sees it: sRGB as stored, without alpha and mask. */
  public static GreyPicture of(Picture picture) {
    byte[] luma = new byte[picture.width() * picture.height()];
    byte[] pixels = picture.pixels();
    for (int p = 0; p < luma.length; p++) {
      int at = picture.channels() * p;
      float sum =
          RED * (pixels[at] & 0xff)
              + GREEN * (pixels[at + 1] & 0xff)
              + BLUE * (pixels[at + 2] & 0xff);
      luma[p] = (byte) (sum + 0.5f);
    }
    return new GreyPicture(picture.width(), picture.height(), luma);
  }
}
