package org.splatline.gpu.cuda;

/** Adam on mask logits, and what follows from them: one thread a Gaussian. See mask.cu. */
final class UpdateMasksKernel extends Kernel {
  static final int THREADS = 256;

  UpdateMasksKernel(CudaModule module) {
    super(module, "update_masks", THREADS);
  }

  void launch(
      DeviceStream stream,
      Grid grid,
      int numGaussians,
      int shDegree,
      int half,
      float volumeRate,
      float bandRate,
      float volumePull,
      float bandPull,
      float logitLimit,
      AdamArgument adam,
      long logitGradients,
      long progress,
      long maskLogits,
      long maskFirst,
      long maskSecond,
      long geometry,
      long geometryFirst,
      long geometrySecond,
      long shCoefficients,
      long shFirst,
      long shSecond) {
    with()
        .and(numGaussians)
        .and(shDegree)
        .and(half)
        .and(volumeRate)
        .and(bandRate)
        .and(volumePull)
        .and(bandPull)
        .and(logitLimit)
        .and(adam)
        .and(logitGradients)
        .and(progress)
        .and(maskLogits)
        .and(maskFirst)
        .and(maskSecond)
        .and(geometry)
        .and(geometryFirst)
        .and(geometrySecond)
        .and(shCoefficients)
        .and(shFirst)
        .and(shSecond)
        .on(stream, grid);
  }
}
