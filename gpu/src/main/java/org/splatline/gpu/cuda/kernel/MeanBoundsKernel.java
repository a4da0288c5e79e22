package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DeviceStream;

/** Finds the box around all means. See morton.cu. */
public final class MeanBoundsKernel extends Kernel {
  public static final int THREADS = 256;

  MeanBoundsKernel(CudaModule module) {
    super(module, "mean_bounds", THREADS);
  }

  public void launch(DeviceStream stream, Grid grid, int numGaussians, MortonPointers morton) {
    with().and(numGaussians).and(morton).on(stream, grid);
  }
}
