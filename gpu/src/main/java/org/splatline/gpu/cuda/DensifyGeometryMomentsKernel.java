package org.splatline.gpu.cuda;

/** Moves geometry's moments to their new rows. See densify.cu. */
final class DensifyGeometryMomentsKernel extends Kernel {
  static final int THREADS = 256;

  DensifyGeometryMomentsKernel(CudaModule module) {
    super(module, "densify_geometry_moments", THREADS);
  }

  void launch(
      DeviceStream stream,
      Grid grid,
      int numGaussians,
      int staying,
      int cloned,
      int split,
      long fates,
      long clonePlaces,
      long from,
      long to) {
    with()
        .and(numGaussians)
        .and(staying)
        .and(cloned)
        .and(split)
        .and(fates)
        .and(clonePlaces)
        .and(from)
        .and(to)
        .on(stream, grid);
  }
}
