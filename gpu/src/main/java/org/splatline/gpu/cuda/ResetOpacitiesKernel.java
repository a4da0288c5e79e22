package org.splatline.gpu.cuda;

/** Lowers opacities. See densify.cu. */
final class ResetOpacitiesKernel extends Kernel {
  static final int THREADS = 256;

  ResetOpacitiesKernel(CudaModule module) {
    super(module, "reset_opacities", THREADS);
  }

  void launch(
      DeviceStream stream,
      Grid grid,
      int numGaussians,
      float logitLimit,
      long geometry,
      long geometryFirst,
      long geometrySecond) {
    with()
        .and(numGaussians)
        .and(logitLimit)
        .and(geometry)
        .and(geometryFirst)
        .and(geometrySecond)
        .on(stream, grid);
  }
}
