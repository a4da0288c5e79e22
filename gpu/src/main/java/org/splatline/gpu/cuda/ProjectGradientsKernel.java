package org.splatline.gpu.cuda;

/** Writes gradients out: one thread a visible Gaussian. See update.cu. */
final class ProjectGradientsKernel extends Kernel {
  static final int THREADS = 128;

  ProjectGradientsKernel(CudaModule module) {
    super(module, "project_gradients", THREADS);
  }

  void launch(
      DeviceStream stream,
      Grid grid,
      int shDegree,
      int half,
      CameraArgument camera,
      long gaussianIndices,
      long splats,
      long splatGradients,
      long geometry,
      long shCoefficients,
      long counts,
      long progress,
      long geometryGradients,
      long shGradients,
      long means2dGradients) {
    with()
        .and(shDegree)
        .and(half)
        .and(camera)
        .and(gaussianIndices)
        .and(splats)
        .and(splatGradients)
        .and(geometry)
        .and(shCoefficients)
        .and(counts)
        .and(progress)
        .and(geometryGradients)
        .and(shGradients)
        .and(means2dGradients)
        .on(stream, grid);
  }
}
