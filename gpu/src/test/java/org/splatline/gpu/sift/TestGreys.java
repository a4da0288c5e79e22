package org.splatline.gpu.sift;

import java.util.Arrays;
import java.util.Random;

/** Grey pictures for tests. */
public final class TestGreys {
  private TestGreys() {}

  /** Discs of many sizes and greys on each other, as leaves on the ground. */
  public static GreyPicture leaves(int width, int height, long seed) {
    Random random = new Random(seed);
    byte[] luma = new byte[width * height];
    Arrays.fill(luma, (byte) 120);
    for (int i = 0; i < width * height / 60; i++) {
      double radius = 1.5 / Math.sqrt(0.003 + random.nextDouble());
      double middleX = random.nextDouble() * width;
      double middleY = random.nextDouble() * height;
      byte grey = (byte) random.nextInt(256);
      int left = (int) Math.max(0, middleX - radius);
      int top = (int) Math.max(0, middleY - radius);
      for (int y = top; y < Math.min(height, middleY + radius); y++) {
        for (int x = left; x < Math.min(width, middleX + radius); x++) {
          if (Math.hypot(x - middleX, y - middleY) < radius) {
            luma[y * width + x] = grey;
          }
        }
      }
    }
    return new GreyPicture(width, height, luma);
  }

  /** Each pixel is random. */
  public static GreyPicture noise(int width, int height, long seed) {
    byte[] luma = new byte[width * height];
    new Random(seed).nextBytes(luma);
    return new GreyPicture(width, height, luma);
  }

  public static GreyPicture uniform(int width, int height, int grey) {
    byte[] luma = new byte[width * height];
    Arrays.fill(luma, (byte) grey);
    return new GreyPicture(width, height, luma);
  }

  /** A spot whose brightness falls as a bell curve. */
  static GreyPicture spot(int width, int height, double x, double y, double blur) {
    byte[] luma = new byte[width * height];
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        double distance = Math.hypot(column + 0.5 - x, row + 0.5 - y);
        double falloff = Math.exp(-0.5 * distance * distance / (blur * blur));
        luma[row * width + column] = (byte) (40.5 + 180 * falloff);
      }
    }
    return new GreyPicture(width, height, luma);
  }
}
