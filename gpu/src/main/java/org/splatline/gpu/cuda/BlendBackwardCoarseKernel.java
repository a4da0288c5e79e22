package org.splatline.gpu.cuda;

/** Gradients of blending a small picture. See blend.cu. */
final class BlendBackwardCoarseKernel extends Kernel {
  static final int THREADS = 256;

  BlendBackwardCoarseKernel(CudaModule module) {
    super(module, "blend_backward_coarse", THREADS);
  }

  void launch(
      DeviceStream stream,
      Grid grid,
      int width,
      int height,
      int tilesX,
      int numTiles,
      int pitch,
      int plane,
      long ranges,
      long splatIndices,
      long splats,
      long image,
      long imageGradient,
      long owners,
      long checkpoints,
      long progress,
      long splatGradients) {
    with()
        .and(width)
        .and(height)
        .and(tilesX)
        .and(numTiles)
        .and(pitch)
        .and(plane)
        .and(ranges)
        .and(splatIndices)
        .and(splats)
        .and(image)
        .and(imageGradient)
        .and(owners)
        .and(checkpoints)
        .and(progress)
        .and(splatGradients)
        .on(stream, grid);
  }
}
