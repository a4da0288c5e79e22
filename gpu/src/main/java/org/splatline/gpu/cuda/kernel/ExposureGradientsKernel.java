package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DevicePointer;
import org.splatline.gpu.cuda.device.DeviceStream;

/** Takes a picture's gradient back through its view's exposure. See exposure.cu. */
public final class ExposureGradientsKernel extends Kernel {
  private static final int THREADS = 256; // EXPOSURE_THREADS of exposure.cu

  ExposureGradientsKernel(CudaModule module) {
    super(module, "exposure_gradients", THREADS);
  }

  public void launch(
      DeviceStream stream,
      Grid grid,
      FrameArgument frame,
      int view,
      DevicePointer progress,
      PicturePointers picture,
      ExposurePointers exposures) {
    with().and(frame).and(view).and(progress).and(picture).and(exposures).on(stream, grid);
  }
}
