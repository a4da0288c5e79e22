package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DevicePointer;
import org.splatline.gpu.cuda.device.DeviceStream;

/** Compares a picture with a photograph and computes the gradient. See loss.cu. */
public final class LossOpaqueKernel extends Kernel {
  private static final int THREADS = 128;

  private LossOpaqueKernel(CudaModule module, String name) {
    super(module, name, THREADS);
  }

  /** All pixels count. */
  static LossOpaqueKernel of(CudaModule module) {
    return new LossOpaqueKernel(module, "loss_opaque");
  }

  /** Pixels that the mask excludes do not count. */
  static LossOpaqueKernel masked(CudaModule module) {
    return new LossOpaqueKernel(module, "loss_opaque_masked");
  }

  public void launch(
      DeviceStream stream,
      Grid grid,
      FrameArgument frame,
      int segmentRows,
      float ssimWeight,
      TargetPointers target,
      DevicePointer progress,
      PicturePointers picture) {
    with()
        .and(frame)
        .and(segmentRows)
        .and(ssimWeight)
        .and(target)
        .and(progress)
        .and(picture)
        .on(stream, grid);
  }
}
