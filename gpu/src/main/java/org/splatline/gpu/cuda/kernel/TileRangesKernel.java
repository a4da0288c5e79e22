package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DeviceStream;

/** Finds each tile's part of the sorted pairs. See intersect.cu. */
public final class TileRangesKernel extends Kernel {
  public static final int THREADS = 256;

  TileRangesKernel(CudaModule module) {
    super(module, "tile_ranges", THREADS);
  }

  public void launch(DeviceStream stream, Grid grid, StatePointers state, RangePointers to) {
    with().and(state).and(to).on(stream, grid);
  }
}
