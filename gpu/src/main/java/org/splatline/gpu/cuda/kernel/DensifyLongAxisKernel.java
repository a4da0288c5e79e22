package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DeviceStream;

/** Moves geometry to its new rows and splits along longest axes. See densify.cu. */
public final class DensifyLongAxisKernel extends Kernel {
  public static final int THREADS = 256;

  DensifyLongAxisKernel(CudaModule module) {
    super(module, "densify_geometry_long_axis", THREADS);
  }

  public void launch(
      DeviceStream stream,
      Grid grid,
      int numGaussians,
      RowCountsArgument rows,
      FadingArgument fading,
      FatePointers decided,
      RowPointers array) {
    with().and(numGaussians).and(rows).and(fading).and(decided).and(array).on(stream, grid);
  }
}
