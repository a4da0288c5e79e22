package org.splatline.gpu.cuda;

/** Blurs a training picture. See image.cu. */
final class BlurPlanesKernel extends Kernel {
  static final int THREADS_X = 32;
  static final int THREADS_Y = 8;

  BlurPlanesKernel(CudaModule module) {
    super(module, "blur_planes", THREADS_X, THREADS_Y);
  }

  void launch(
      DeviceStream stream,
      Grid grid,
      int width,
      int height,
      int channels,
      int masks,
      int radius,
      WindowArgument window,
      long planes,
      long blurred) {
    with()
        .and(width)
        .and(height)
        .and(channels)
        .and(masks)
        .and(radius)
        .and(window)
        .and(planes)
        .and(blurred)
        .on(stream, grid);
  }
}
