package org.splatline.gpu.cuda;

/** Projection backward and Adam: one thread a visible Gaussian. See update.cu. */
final class UpdateVisibleKernel extends Kernel {
  static final int THREADS = 128;

  UpdateVisibleKernel(CudaModule module) {
    super(module, "update_visible", THREADS);
  }

  void launch(
      DeviceStream stream,
      Grid grid,
      int shDegree,
      int half,
      float gather,
      CameraArgument camera,
      AdamArgument adam,
      long gaussianIndices,
      long splats,
      long splatGradients,
      long counts,
      long geometry,
      long geometryFirst,
      long geometrySecond,
      long shCoefficients,
      long shFirst,
      long shSecond,
      long progress) {
    with()
        .and(shDegree)
        .and(half)
        .and(gather)
        .and(camera)
        .and(adam)
        .and(gaussianIndices)
        .and(splats)
        .and(splatGradients)
        .and(counts)
        .and(geometry)
        .and(geometryFirst)
        .and(geometrySecond)
        .and(shCoefficients)
        .and(shFirst)
        .and(shSecond)
        .and(progress)
        .on(stream, grid);
  }
}
