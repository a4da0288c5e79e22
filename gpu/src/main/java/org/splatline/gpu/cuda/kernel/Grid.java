package org.splatline.gpu.cuda.kernel;

/** How many blocks a launch has along each axis; at least one. */
public record Grid(int x, int y, int z) {

  public static Grid blocks(long count) {
    return new Grid((int) Math.max(1, count), 1, 1);
  }

  /** Blocks of {@code size} that cover {@code count}, at least one. */
  public static Grid covering(long count, int size) {
    return blocks((count + size - 1) / size);
  }

  /** Blocks of {@code sizeX x sizeY} that cover a picture. */
  public static Grid covering(int width, int sizeX, int height, int sizeY) {
    return new Grid((width + sizeX - 1) / sizeX, (height + sizeY - 1) / sizeY, 1);
  }
}
