package org.splatline.gpu.cuda;

/** Reduces a photograph. See image.cu. */
final class ReducePictureKernel extends Kernel {
  static final int THREADS_X = 32;
  static final int THREADS_Y = 8;

  ReducePictureKernel(CudaModule module) {
    super(module, "reduce_picture", THREADS_X, THREADS_Y);
  }

  void launch(
      DeviceStream stream,
      Grid grid,
      int width,
      int height,
      int channels,
      int masks,
      int newWidth,
      int newHeight,
      long picture,
      long planes) {
    with()
        .and(width)
        .and(height)
        .and(channels)
        .and(masks)
        .and(newWidth)
        .and(newHeight)
        .and(picture)
        .and(planes)
        .on(stream, grid);
  }
}
