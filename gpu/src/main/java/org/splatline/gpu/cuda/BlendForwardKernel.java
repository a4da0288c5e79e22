package org.splatline.gpu.cuda;

/** Blends the picture: a block a tile. See blend.cu. */
final class BlendForwardKernel extends Kernel {
  private BlendForwardKernel(CudaModule module, String name, int threads) {
    super(module, name, threads);
  }

  /** For pictures of many tiles. */
  static BlendForwardKernel fine(CudaModule module) {
    return new BlendForwardKernel(module, "blend_forward", 128);
  }

  /** For small pictures: in smaller patches, by more threads. */
  static BlendForwardKernel coarse(CudaModule module) {
    return new BlendForwardKernel(module, "blend_forward_coarse", 256);
  }

  void launch(
      DeviceStream stream,
      Grid grid,
      int width,
      int height,
      int tilesX,
      int pitch,
      int plane,
      float red,
      float green,
      float blue,
      long ranges,
      long splatIndices,
      long splats,
      long progress,
      long image,
      long owners,
      long checkpoints) {
    with()
        .and(width)
        .and(height)
        .and(tilesX)
        .and(pitch)
        .and(plane)
        .and(red)
        .and(green)
        .and(blue)
        .and(ranges)
        .and(splatIndices)
        .and(splats)
        .and(progress)
        .and(image)
        .and(owners)
        .and(checkpoints)
        .on(stream, grid);
  }
}
