package org.splatline.gpu.cuda;

/** Finds each tile's part of the sorted pairs. See intersect.cu. */
final class TileRangesKernel extends Kernel {
  static final int THREADS = 256;

  TileRangesKernel(CudaModule module) {
    super(module, "tile_ranges", THREADS);
  }

  void launch(DeviceStream stream, Grid grid, long tiles, long ranges, long counts, long progress) {
    with().and(tiles).and(ranges).and(counts).and(progress).on(stream, grid);
  }
}
