package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DevicePointer;
import org.splatline.gpu.cuda.device.DeviceStream;

/** Puts an array's rows in another order. See morton.cu. */
public final class GatherRowsKernel extends Kernel {
  public static final int THREADS = 256;

  GatherRowsKernel(CudaModule module) {
    super(module, "gather_rows", THREADS);
  }

  public void launch(
      DeviceStream stream,
      Grid grid,
      int numRows,
      int width,
      DevicePointer rows,
      RowPointers array) {
    with().and(numRows).and(width).and(rows).and(array).on(stream, grid);
  }
}
