package org.splatline.gpu.cuda;

/** How many blocks a launch has along each axis; at least one. */
record Grid(int x, int y, int z) {

  static Grid blocks(long count) {
    return new Grid((int) Math.max(1, count), 1, 1);
  }

  /** Blocks of {@code size} that cover {@code count}, at least one. */
  static Grid covering(long count, int size) {
    return blocks((count + size - 1) / size);
  }
}
