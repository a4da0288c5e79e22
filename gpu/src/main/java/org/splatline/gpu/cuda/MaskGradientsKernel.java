package org.splatline.gpu.cuda;

/** Gradients of mask logits: one thread a visible Gaussian. See mask.cu. */
final class MaskGradientsKernel extends Kernel {
  static final int THREADS = 128;

  MaskGradientsKernel(CudaModule module) {
    super(module, "mask_gradients", THREADS);
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
      long maskLogits,
      long counts,
      long progress,
      long logitGradients) {
    with()
        .and(shDegree)
        .and(half)
        .and(camera)
        .and(gaussianIndices)
        .and(splats)
        .and(splatGradients)
        .and(geometry)
        .and(shCoefficients)
        .and(maskLogits)
        .and(counts)
        .and(progress)
        .and(logitGradients)
        .on(stream, grid);
  }
}
