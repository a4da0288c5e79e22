package org.splatline.gpu.cuda;

/** Loss and its gradient over a background. See loss.cu. */
final class LossTransparentKernel extends Kernel {
  static final int THREADS = 128;

  LossTransparentKernel(CudaModule module) {
    super(module, "loss_transparent", THREADS);
  }

  void launch(
      DeviceStream stream,
      Grid grid,
      int width,
      int height,
      int pitch,
      int plane,
      int segmentRows,
      float ssimWeight,
      float red,
      float green,
      float blue,
      long image,
      long target,
      long progress,
      long imageGradient,
      long sums) {
    with()
        .and(width)
        .and(height)
        .and(pitch)
        .and(plane)
        .and(segmentRows)
        .and(ssimWeight)
        .and(red)
        .and(green)
        .and(blue)
        .and(image)
        .and(target)
        .and(progress)
        .and(imageGradient)
        .and(sums)
        .on(stream, grid);
  }
}
