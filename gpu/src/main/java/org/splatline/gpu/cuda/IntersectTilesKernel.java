package org.splatline.gpu.cuda;

/** Lists the tiles each splat touches: one thread a visible splat. See intersect.cu. */
final class IntersectTilesKernel extends Kernel {
  /** {@code INTERSECT_BLOCKS} of intersect.cu. */
  static final int LEAST_BLOCKS = 528;

  static final int THREADS = 128;

  IntersectTilesKernel(CudaModule module) {
    super(module, "intersect_tiles", THREADS);
  }

  void launch(
      DeviceStream stream,
      Grid grid,
      int tilesX,
      int tilesY,
      int lowBits,
      int highBits,
      long splats,
      long tileCounts,
      long order,
      long places,
      long counts,
      long progress,
      long tiles,
      long splatIndices,
      long histograms) {
    with()
        .and(tilesX)
        .and(tilesY)
        .and(lowBits)
        .and(highBits)
        .and(splats)
        .and(tileCounts)
        .and(order)
        .and(places)
        .and(counts)
        .and(progress)
        .and(tiles)
        .and(splatIndices)
        .and(histograms)
        .on(stream, grid);
  }
}
