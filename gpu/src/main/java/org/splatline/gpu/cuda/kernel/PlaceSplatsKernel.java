package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DeviceStream;

/** Finds where each splat's pairs go, one visible splat per thread. See intersect.cu. */
public final class PlaceSplatsKernel extends Kernel {
  public static final int THREADS = 128;

  PlaceSplatsKernel(CudaModule module) {
    super(module, "place_splats", THREADS);
  }

  public void launch(
      DeviceStream stream,
      Grid grid,
      int capacity,
      SplatPointers splats,
      PlacePointers to,
      StatePointers state) {
    with().and(capacity).and(splats).and(to).and(state).on(stream, grid);
  }
}
