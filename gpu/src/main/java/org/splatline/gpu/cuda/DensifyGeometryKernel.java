package org.splatline.gpu.cuda;

/** Moves geometry to its new rows. See densify.cu. */
final class DensifyGeometryKernel extends Kernel {
  static final int THREADS = 256;

  DensifyGeometryKernel(CudaModule module) {
    super(module, "densify_geometry", THREADS);
  }

  void launch(
      DeviceStream stream,
      Grid grid,
      int numGaussians,
      int staying,
      int cloned,
      int split,
      long seed,
      int step,
      long fates,
      long clonePlaces,
      long from,
      long to) {
    with()
        .and(numGaussians)
        .and(staying)
        .and(cloned)
        .and(split)
        .and(seed)
        .and(step)
        .and(fates)
        .and(clonePlaces)
        .and(from)
        .and(to)
        .on(stream, grid);
  }
}
