package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DeviceStream;

/** Computes places on a Morton curve. See morton.cu. */
public final class MortonCodesKernel extends Kernel {
  public static final int THREADS = 256;

  MortonCodesKernel(CudaModule module) {
    super(module, "morton_codes", THREADS);
  }

  public void launch(
      DeviceStream stream,
      Grid grid,
      int numGaussians,
      MortonGridArgument cells,
      MortonPointers morton) {
    with().and(numGaussians).and(cells).and(morton).on(stream, grid);
  }
}
