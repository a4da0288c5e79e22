package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DeviceStream;

/** Lists the tiles that each splat touches, one visible splat per thread. See intersect.cu. */
public final class IntersectTilesKernel extends Kernel {
  /** {@code INTERSECT_BLOCKS} of intersect.cu. */
  public static final int MIN_BLOCKS = 528;

  public static final int THREADS = 128;

  IntersectTilesKernel(CudaModule module) {
    super(module, "intersect_tiles", THREADS);
  }

  public void launch(
      DeviceStream stream,
      Grid grid,
      FrameArgument frame,
      int lowBits,
      int highBits,
      SplatPointers from,
      PlacePointers where,
      StatePointers state,
      PairPointers to) {
    with()
        .and(frame)
        .and(lowBits)
        .and(highBits)
        .and(from)
        .and(where)
        .and(state)
        .and(to)
        .on(stream, grid);
  }
}
