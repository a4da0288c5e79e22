package org.splatline.gpu.cuda;

/** Gradients of blending: a block a tile, and one a checkpoint. See blend.cu. */
final class BlendBackwardKernel extends Kernel {
  private BlendBackwardKernel(CudaModule module, String name, int threads) {
    super(module, name, threads);
  }

  /** For pictures of many tiles. */
  static BlendBackwardKernel fine(CudaModule module) {
    return new BlendBackwardKernel(module, "blend_backward", 64);
  }

  /** For small pictures: in smaller patches, by more threads. */
  static BlendBackwardKernel coarse(CudaModule module) {
    return new BlendBackwardKernel(module, "blend_backward_coarse", 256);
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
