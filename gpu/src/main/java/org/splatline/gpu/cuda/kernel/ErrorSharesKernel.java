package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DevicePointer;
import org.splatline.gpu.cuda.device.DeviceStream;

/** Adds up each Gaussian's share of the errors of a view. See error.cu. */
public final class ErrorSharesKernel extends Kernel {
  private static final int THREADS = 128;

  ErrorSharesKernel(CudaModule module) {
    super(module, "error_shares", THREADS);
  }

  public void launch(
      DeviceStream stream,
      Grid grid,
      FrameArgument frame,
      ListPointers lists,
      SplatPointers splats,
      DevicePointer progress,
      PicturePointers picture,
      DevicePointer scores) {
    with()
        .and(frame)
        .and(lists)
        .and(splats)
        .and(progress)
        .and(picture)
        .and(scores)
        .on(stream, grid);
  }
}
