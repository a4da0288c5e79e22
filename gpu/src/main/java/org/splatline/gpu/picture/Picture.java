package org.splatline.gpu.picture;

import static org.splatline.gpu.Checks.checkArgument;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * A decoded photograph with 8 bits per channel, row-major, sRGB as stored. Arrays are not copied.
 *
 * @param channels 3 (RGB) or 4 (RGBA, alpha not premultiplied)
 * @param pixels [H, W, channels]
 * @param mask [H, W], 0 where a pixel is ignored, else 255; empty when every pixel counts
 */
public record Picture(int width, int height, int channels, byte[] pixels, byte[] mask)
    implements KeptPicture {
  /** The smallest alpha, or value of a mask, with which a pixel counts. */
  static final int COUNTS_FROM = 128;

  private static final byte[] NO_MASK = {};

  public Picture {
    checkArgument(channels == 3 || channels == 4, "Invalid picture: %s channels", channels);
    checkArgument(
        pixels.length == (long) width * height * channels,
        "Invalid picture: %s bytes are not %s x %s x %s",
        pixels.length,
        height,
        width,
        channels);
    checkArgument(
        mask.length == 0 || mask.length == (long) width * height,
        "Invalid mask: %s bytes are not %s x %s",
        mask.length,
        height,
        width);
  }

  /** A picture without a mask: every pixel counts. */
  public Picture(int width, int height, int channels, byte[] pixels) {
    this(width, height, channels, pixels, NO_MASK);
  }

  @Override
  public boolean isMasked() {
    return mask.length > 0;
  }

  /** Whether pixel {@code p} of [H, W] counts. */
  public boolean counts(int p) {
    return mask.length == 0 || mask[p] != 0;
  }

  /** Number of pixels that count. */
  public int counted() {
    int ignored = 0;
    for (byte value : mask) {
      ignored += value == 0 ? 1 : 0;
    }
    return width * height - ignored;
  }

  @Override
  public long checksum() {
    CRC32C checksum = new CRC32C();
    checksum.update(pixels);
    checksum.update(mask);
    return checksum.getValue();
  }

  @Override
  public Picture load() {
    return this;
  }

  @Override
  public void read(ByteBuffer into) {
    into.put(pixels).put(mask);
  }

  /**
   * The same picture with a mask. It ignores pixels where {@code by}, of the same size, is black or
   * transparent: its brightest channel times its alpha is below 128. A mask that ignores no pixel
   * is dropped.
   */
  public Picture maskedBy(Picture by) {
    checkArgument(
        by.width == width && by.height == height,
        "Invalid mask: %s x %s px, the picture has %s x %s",
        by.width,
        by.height,
        width,
        height);
    byte[] combined = new byte[width * height];
    for (int p = 0; p < combined.length; p++) {
      combined[p] = (byte) (counts(p) && by.brightness(p) >= COUNTS_FROM ? 255 : 0);
    }
    return withMask(combined);
  }

  private float brightness(int p) {
    int brightest = 0;
    for (int c = 0; c < 3; c++) {
      brightest = Math.max(brightest, pixels[channels * p + c] & 0xff);
    }
    return brightest * alpha(p);
  }

  private float alpha(int p) {
    return channels == 4 ? (pixels[4 * p + 3] & 0xff) / 255f : 1;
  }

  /** The picture as RGB. Pixels with an alpha below 128 are ignored, the others count as opaque. */
  public Picture transparentIgnored() {
    if (channels == 3) {
      return this;
    }
    byte[] rgb = new byte[3 * width * height];
    byte[] combined = new byte[width * height];
    for (int p = 0; p < combined.length; p++) {
      System.arraycopy(pixels, 4 * p, rgb, 3 * p, 3);
      boolean opaque = (pixels[4 * p + 3] & 0xff) >= COUNTS_FROM;
      combined[p] = (byte) (counts(p) && opaque ? 255 : 0);
    }
    return new Picture(width, height, 3, rgb).withMask(combined);
  }

  private Picture withMask(byte[] combined) {
    Picture masked = new Picture(width, height, channels, pixels, combined);
    return masked.counted() < width * height
        ? masked
        : new Picture(width, height, channels, pixels);
  }

  /**
   * Converts the picture to floats in [0, 1], with transparent pixels over a background.
   *
   * @param rgb [H, W, 3], overwritten
   */
  public void composeOver(float red, float green, float blue, float[] rgb) {
    float[] background = {red, green, blue};
    for (int p = 0; p < width * height; p++) {
      float alpha = alpha(p);
      for (int c = 0; c < 3; c++) {
        rgb[3 * p + c] =
            (pixels[channels * p + c] & 0xff) / 255f * alpha + (1 - alpha) * background[c];
      }
    }
  }

  /**
   * Copies the values of ignored pixels.
   *
   * @param from [H, W, 3]
   * @param to [H, W, 3]
   */
  public void copyIgnored(float[] from, float[] to) {
    for (int p = 0; p < mask.length; p++) {
      if (mask[p] == 0) {
        System.arraycopy(from, 3 * p, to, 3 * p, 3);
      }
    }
  }
}
