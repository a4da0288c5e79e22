package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DevicePointer;
import org.splatline.gpu.cuda.device.DeviceStream;

/** Sorts (tile, splat) pairs by the last digit of the tile, and finds each tile's. See sort.cu. */
public final class SortPassTilesKernel extends Kernel {
  private static final int THREADS = 256;

  SortPassTilesKernel(CudaModule module) {
    super(module, "sort_pass_tiles", THREADS);
  }

  public void launch(
      DeviceStream stream,
      Grid grid,
      int shift,
      int bits,
      int ticket,
      SortPointers pass,
      DevicePointer ranges,
      StatePointers state) {
    with().and(shift).and(bits).and(ticket).and(pass).and(ranges).and(state).on(stream, grid);
  }
}
