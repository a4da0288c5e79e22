package org.splatline.gpu.cuda;

/** Decides what becomes of each Gaussian. See densify.cu. */
final class DensifyDecideKernel extends Kernel {
  static final int THREADS = 128;

  DensifyDecideKernel(CudaModule module) {
    super(module, "densify_decide", THREADS);
  }

  void launch(
      DeviceStream stream,
      Grid grid,
      int numGaussians,
      float growGradient,
      float cutGradient,
      int cutIndex,
      float cloneMaxScale,
      float pruneOpacity,
      float pruneScale,
      int half,
      long geometry,
      long geometryFirst,
      long geometrySecond,
      long shCoefficients,
      long fates,
      long clonePlaces,
      long chains,
      long densified) {
    with()
        .and(numGaussians)
        .and(growGradient)
        .and(cutGradient)
        .and(cutIndex)
        .and(cloneMaxScale)
        .and(pruneOpacity)
        .and(pruneScale)
        .and(half)
        .and(geometry)
        .and(geometryFirst)
        .and(geometrySecond)
        .and(shCoefficients)
        .and(fates)
        .and(clonePlaces)
        .and(chains)
        .and(densified)
        .on(stream, grid);
  }
}
