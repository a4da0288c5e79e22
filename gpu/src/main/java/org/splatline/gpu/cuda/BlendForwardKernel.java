package org.splatline.gpu.cuda;

/** Blends the picture: a block a tile. See blend.cu. */
final class BlendForwardKernel extends Kernel {
  static final int THREADS = 128;

  BlendForwardKernel(CudaModule module) {
    super(module, "blend_forward", THREADS);
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
