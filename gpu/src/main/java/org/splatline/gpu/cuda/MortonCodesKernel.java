package org.splatline.gpu.cuda;

/** Places on a Morton curve. See morton.cu. */
final class MortonCodesKernel extends Kernel {
  static final int THREADS = 256;

  MortonCodesKernel(CudaModule module) {
    super(module, "morton_codes", THREADS);
  }

  void launch(
      DeviceStream stream,
      Grid grid,
      int numGaussians,
      float lowX,
      float lowY,
      float lowZ,
      float scaleX,
      float scaleY,
      float scaleZ,
      long geometry,
      long codes,
      long rows,
      long histograms) {
    with()
        .and(numGaussians)
        .and(lowX)
        .and(lowY)
        .and(lowZ)
        .and(scaleX)
        .and(scaleY)
        .and(scaleZ)
        .and(geometry)
        .and(codes)
        .and(rows)
        .and(histograms)
        .on(stream, grid);
  }
}
