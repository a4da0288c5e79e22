package org.splatline.gpu.cuda;

/** Sums what each Gaussian shows of itself in a view. See significance.cu. */
final class SignificanceKernel extends Kernel {
  /** Parts of 1 the sums are counted in. */
  static final double UNIT = 1 << 24;

  SignificanceKernel(CudaModule module) {
    super(module, "significance", 128);
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
      long gaussianIndices,
      long progress,
      long shown) {
    with()
        .and(width)
        .and(height)
        .and(tilesX)
        .and(ranges)
        .and(splatIndices)
        .and(splats)
        .and(gaussianIndices)
        .and(progress)
        .and(shown)
        .on(stream, grid);
  }
}
