package org.splatline.gpu.cuda;

/** Counts what blending has to do. See count.cu. */
final class CountPairsKernel extends Kernel {

  private CountPairsKernel(CudaModule module, String name, int threads) {
    super(module, name, threads);
  }

  /** Patches of 8x4 px. */
  static CountPairsKernel ofFourRows(CudaModule module) {
    return new CountPairsKernel(module, "count_pairs_4", 256);
  }

  /** Patches of 8x8 px. */
  static CountPairsKernel ofEightRows(CudaModule module) {
    return new CountPairsKernel(module, "count_pairs_8", 128);
  }

  /** Patches of 8x16 px. */
  static CountPairsKernel ofSixteenRows(CudaModule module) {
    return new CountPairsKernel(module, "count_pairs_16", 64);
  }

  void launch(
      DeviceStream stream,
      Grid grid,
      int width,
      int height,
      int tilesX,
      long ranges,
      long splatIndices,
      long splats,
      long counts) {
    with()
        .and(width)
        .and(height)
        .and(tilesX)
        .and(ranges)
        .and(splatIndices)
        .and(splats)
        .and(counts)
        .on(stream, grid);
  }
}
