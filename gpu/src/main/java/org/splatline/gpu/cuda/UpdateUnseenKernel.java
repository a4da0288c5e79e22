package org.splatline.gpu.cuda;

/** Adam without a gradient, for Gaussians out of view. See update.cu. */
final class UpdateUnseenKernel extends Kernel {
  static final int THREADS = 256;

  UpdateUnseenKernel(CudaModule module) {
    super(module, "update_unseen", THREADS);
  }

  void launch(
      DeviceStream stream,
      Grid grid,
      int numGaussians,
      int half,
      AdamArgument adam,
      long gaussianIndices,
      long counts,
      long progress,
      long geometry,
      long geometryFirst,
      long geometrySecond,
      long shCoefficients,
      long shFirst,
      long shSecond) {
    with()
        .and(numGaussians)
        .and(half)
        .and(adam)
        .and(gaussianIndices)
        .and(counts)
        .and(progress)
        .and(geometry)
        .and(geometryFirst)
        .and(geometrySecond)
        .and(shCoefficients)
        .and(shFirst)
        .and(shSecond)
        .on(stream, grid);
  }
}
