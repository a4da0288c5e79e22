package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DevicePointer;
import org.splatline.gpu.cuda.device.DeviceStream;

/** Takes a step of Adam on a view's exposure, in one block. See exposure.cu. */
public final class UpdateExposuresKernel extends Kernel {
  private static final int THREADS = 12 * 32; // one warp per number of a transform

  UpdateExposuresKernel(CudaModule module) {
    super(module, "update_exposures", THREADS);
  }

  public void launch(
      DeviceStream stream,
      Grid grid,
      int numViews,
      int view,
      float rate,
      float beta1,
      float beta2,
      float epsilon,
      DevicePointer progress,
      ExposurePointers exposures) {
    with()
        .and(numViews)
        .and(view)
        .and(rate)
        .and(beta1)
        .and(beta2)
        .and(epsilon)
        .and(progress)
        .and(exposures)
        .on(stream, grid);
  }
}
