package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DevicePointer;
import org.splatline.gpu.cuda.device.DeviceStream;

/**
 * Compares a picture with a photograph over a background and computes the gradient. See loss.cu.
 */
public final class LossTransparentKernel extends Kernel {
  private static final int THREADS = 128;

  private LossTransparentKernel(CudaModule module, String name) {
    super(module, name, THREADS);
  }

  /** All pixels count. */
  static LossTransparentKernel of(CudaModule module) {
    return new LossTransparentKernel(module, "loss_transparent");
  }

  /** Pixels that the mask excludes do not count. */
  static LossTransparentKernel masked(CudaModule module) {
    return new LossTransparentKernel(module, "loss_transparent_masked");
  }

  public void launch(
      DeviceStream stream,
      Grid grid,
      FrameArgument frame,
      int segmentRows,
      float ssimWeight,
      BackgroundArgument background,
      TargetPointers target,
      DevicePointer progress,
      PicturePointers picture) {
    with()
        .and(frame)
        .and(segmentRows)
        .and(ssimWeight)
        .and(background)
        .and(target)
        .and(progress)
        .and(picture)
        .on(stream, grid);
  }
}
