package org.splatline.gpu.cuda;

/** Loss and its gradient where pixels are ignored. See loss.cu. */
final class LossMaskedKernel extends Kernel {
  static final int THREADS = 128;

  LossMaskedKernel(CudaModule module) {
    super(module, "loss_masked", THREADS);
  }

  void launch(
      DeviceStream stream,
      Grid grid,
      int width,
      int height,
      int channels,
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
        .and(channels)
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
