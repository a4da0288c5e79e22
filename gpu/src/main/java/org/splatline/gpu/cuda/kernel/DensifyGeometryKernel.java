package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DeviceStream;

/** Moves geometry to its new rows and splits at random places. See densify.cu. */
public final class DensifyGeometryKernel extends Kernel {
  public static final int THREADS = 256;

  DensifyGeometryKernel(CudaModule module) {
    super(module, "densify_geometry", THREADS);
  }

  public void launch(
      DeviceStream stream,
      Grid grid,
      int numGaussians,
      RowCountsArgument rows,
      FadingArgument fading,
      long seed,
      int step,
      FatePointers decided,
      RowPointers array) {
    with()
        .and(numGaussians)
        .and(rows)
        .and(fading)
        .and(seed)
        .and(step)
        .and(decided)
        .and(array)
        .on(stream, grid);
  }
}
