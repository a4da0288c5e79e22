package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DevicePointer;
import org.splatline.gpu.cuda.device.DeviceStream;

/** Writes how far each pixel is from a photograph over a background. See error.cu. */
public final class ErrorTransparentKernel extends Kernel {
  private ErrorTransparentKernel(CudaModule module, String name) {
    super(module, name, ErrorOpaqueKernel.THREADS_X, ErrorOpaqueKernel.THREADS_Y);
  }

  /** All pixels count. */
  static ErrorTransparentKernel of(CudaModule module) {
    return new ErrorTransparentKernel(module, "error_transparent");
  }

  /** Pixels that the mask excludes do not count. */
  static ErrorTransparentKernel masked(CudaModule module) {
    return new ErrorTransparentKernel(module, "error_transparent_masked");
  }

  public void launch(
      DeviceStream stream,
      Grid grid,
      FrameArgument frame,
      float gate,
      BackgroundArgument background,
      DevicePointer photograph,
      DevicePointer progress,
      PicturePointers picture) {
    with()
        .and(frame)
        .and(gate)
        .and(background)
        .and(photograph)
        .and(progress)
        .and(picture)
        .on(stream, grid);
  }
}
