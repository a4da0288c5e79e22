package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DeviceStream;

/** Lowers opacities to a limit. See densify.cu. */
public final class ResetOpacitiesKernel extends Kernel {
  public static final int THREADS = 256;

  ResetOpacitiesKernel(CudaModule module) {
    super(module, "reset_opacities", THREADS);
  }

  public void launch(
      DeviceStream stream,
      Grid grid,
      int numGaussians,
      float logitLimit,
      GeometryPointers geometry) {
    with().and(numGaussians).and(logitLimit).and(geometry).on(stream, grid);
  }
}
