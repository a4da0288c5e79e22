package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DeviceStream;

/** Moves coefficients or moments to their new rows. See densify.cu. */
public final class DensifyRowsKernel extends Kernel {
  public static final int THREADS = 256;

  private DensifyRowsKernel(CudaModule module, String name) {
    super(module, name, THREADS);
  }

  static DensifyRowsKernel ofSh(CudaModule module) {
    return new DensifyRowsKernel(module, "densify_sh");
  }

  static DensifyRowsKernel ofGeometryMoments(CudaModule module) {
    return new DensifyRowsKernel(module, "densify_geometry_moments");
  }

  static DensifyRowsKernel ofShMoments(CudaModule module) {
    return new DensifyRowsKernel(module, "densify_sh_moments");
  }

  public void launch(
      DeviceStream stream,
      Grid grid,
      int numGaussians,
      int parts,
      RowCountsArgument rows,
      FatePointers decided,
      RowPointers array) {
    with().and(numGaussians).and(parts).and(rows).and(decided).and(array).on(stream, grid);
  }
}
