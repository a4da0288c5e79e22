package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DevicePointer;
import org.splatline.gpu.cuda.device.DeviceStream;

/** Transforms a rendered picture by its view's exposure. See exposure.cu. */
public final class ExposePictureKernel extends Kernel {
  private static final int THREADS = 256;

  ExposePictureKernel(CudaModule module) {
    super(module, "expose_picture", THREADS);
  }

  public void launch(
      DeviceStream stream,
      Grid grid,
      FrameArgument frame,
      int view,
      ExposurePointers exposures,
      PicturePointers picture,
      DevicePointer progress,
      DevicePointer exposed) {
    with()
        .and(frame)
        .and(view)
        .and(exposures)
        .and(picture)
        .and(progress)
        .and(exposed)
        .on(stream, grid);
  }
}
