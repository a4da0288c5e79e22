package org.splatline.gpu.cuda;

/** The box around all means. See morton.cu. */
final class MeanBoundsKernel extends Kernel {
  static final int THREADS = 256;

  MeanBoundsKernel(CudaModule module) {
    super(module, "mean_bounds", THREADS);
  }

  void launch(DeviceStream stream, Grid grid, int numGaussians, long geometry, long bounds) {
    with().and(numGaussians).and(geometry).and(bounds).on(stream, grid);
  }
}
