package org.splatline.gpu.cuda;

/** Projects Gaussians: one thread each. See project.cu. */
final class ProjectKernel extends Kernel {
  static final int THREADS = 128;

  ProjectKernel(CudaModule module) {
    super(module, "project", THREADS);
  }

  void launch(
      DeviceStream stream,
      Grid grid,
      int numGaussians,
      int shDegree,
      int half,
      CameraArgument camera,
      long geometry,
      long shCoefficients,
      long splats,
      long splatGradients,
      long gaussianIndices,
      long tileCounts,
      long depthKeys,
      long order,
      long histograms,
      long chain,
      long counts,
      long progress) {
    with()
        .and(numGaussians)
        .and(shDegree)
        .and(half)
        .and(camera)
        .and(geometry)
        .and(shCoefficients)
        .and(splats)
        .and(splatGradients)
        .and(gaussianIndices)
        .and(tileCounts)
        .and(depthKeys)
        .and(order)
        .and(histograms)
        .and(chain)
        .and(counts)
        .and(progress)
        .on(stream, grid);
  }
}
