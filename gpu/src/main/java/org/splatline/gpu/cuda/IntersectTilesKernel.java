package org.splatline.gpu.cuda;

/** Lists the tiles each splat touches: one thread a visible splat. See intersect.cu. */
final class IntersectTilesKernel extends Kernel {
  static final int THREADS = 128;

  IntersectTilesKernel(CudaModule module) {
    super(module, "intersect_tiles", THREADS);
  }

  void launch(
      DeviceStream stream,
      Grid grid,
      int tilesX,
      int tilesY,
      int capacity,
      int lowBits,
      int highBits,
      long splats,
      long tileCounts,
      long order,
      long tiles,
      long splatIndices,
      long histograms,
      long chain,
      long counts,
      long progress) {
    with()
        .and(tilesX)
        .and(tilesY)
        .and(capacity)
        .and(lowBits)
        .and(highBits)
        .and(splats)
        .and(tileCounts)
        .and(order)
        .and(tiles)
        .and(splatIndices)
        .and(histograms)
        .and(chain)
        .and(counts)
        .and(progress)
        .on(stream, grid);
  }
}
