package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DevicePointer;
import org.splatline.gpu.cuda.device.DeviceStream;

/** Writes how far each pixel is from a photograph. See error.cu. */
public final class ErrorOpaqueKernel extends Kernel {
  public static final int THREADS_X = 32;
  public static final int THREADS_Y = 8;

  private ErrorOpaqueKernel(CudaModule module, String name) {
    super(module, name, THREADS_X, THREADS_Y);
  }

  /** All pixels count. */
  static ErrorOpaqueKernel of(CudaModule module) {
    return new ErrorOpaqueKernel(module, "error_opaque");
  }

  /** Pixels that the mask excludes do not count. */
  static ErrorOpaqueKernel masked(CudaModule module) {
    return new ErrorOpaqueKernel(module, "error_opaque_masked");
  }

  public void launch(
      DeviceStream stream,
      Grid grid,
      FrameArgument frame,
      float gate,
      DevicePointer photograph,
      DevicePointer progress,
      PicturePointers picture) {
    with().and(frame).and(gate).and(photograph).and(progress).and(picture).on(stream, grid);
  }
}
