package org.splatline.gpu.cuda;

/** Moves moments to their new rows. See densify.cu. */
final class DensifyMomentsKernel extends Kernel {
  static final int THREADS = 256;

  private DensifyMomentsKernel(CudaModule module, String name) {
    super(module, name, THREADS);
  }

  static DensifyMomentsKernel ofGeometry(CudaModule module) {
    return new DensifyMomentsKernel(module, "densify_geometry_moments");
  }

  static DensifyMomentsKernel ofSh(CudaModule module) {
    return new DensifyMomentsKernel(module, "densify_sh_moments");
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
