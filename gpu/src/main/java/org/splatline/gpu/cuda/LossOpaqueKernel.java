package org.splatline.gpu.cuda;

/** Loss and its gradient. See loss.cu. */
final class LossOpaqueKernel extends Kernel {
  static final int THREADS = 128;

  LossOpaqueKernel(CudaModule module) {
    super(module, "loss_opaque", THREADS);
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
        .and(image)
        .and(target)
        .and(progress)
        .and(imageGradient)
        .and(sums)
        .on(stream, grid);
  }
}
