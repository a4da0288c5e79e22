package org.splatline.gpu.cuda;

/** Places each splat's pairs: one thread a visible splat. See intersect.cu. */
final class PlaceSplatsKernel extends Kernel {
  static final int THREADS = 128;

  PlaceSplatsKernel(CudaModule module) {
    super(module, "place_splats", THREADS);
  }

  void launch(
      DeviceStream stream,
      Grid grid,
      int capacity,
      long tileCounts,
      long order,
      long places,
      long chain,
      long counts,
      long progress) {
    with()
        .and(capacity)
        .and(tileCounts)
        .and(order)
        .and(places)
        .and(chain)
        .and(counts)
        .and(progress)
        .on(stream, grid);
  }
}
