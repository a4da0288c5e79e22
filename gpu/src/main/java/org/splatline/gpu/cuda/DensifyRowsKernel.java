package org.splatline.gpu.cuda;

/** Moves coefficients or moments to their new rows. See densify.cu. */
final class DensifyRowsKernel extends Kernel {
  static final int THREADS = 256;

  private DensifyRowsKernel(CudaModule module, String name) {
    super(module, name, THREADS);
  }

  static DensifyRowsKernel ofSh(CudaModule module) {
    return new DensifyRowsKernel(module, "densify_sh");
  }

  static DensifyRowsKernel ofGeometryMoments(CudaModule module) {
    return new DensifyRowsKernel(module, "densify_geometry_moments");
  }

  static DensifyRowsKernel ofShMoments(CudaModule module) {
    return new DensifyRowsKernel(module, "densify_sh_moments");
  }

  void launch(
      DeviceStream stream,
      Grid grid,
      int numGaussians,
      int parts,
      int staying,
      int cloned,
      int split,
      long fates,
      long clonePlaces,
      long from,
      long to) {
    with()
        .and(numGaussians)
        .and(parts)
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
