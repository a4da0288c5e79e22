package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DevicePointer;
import org.splatline.gpu.cuda.device.DeviceStream;

/** Lists the extrema of an octave. See sift.cu. */
public final class SiftExtremaKernel extends Kernel {
  public static final int THREADS_X = 32;
  public static final int THREADS_Y = 8;

  public SiftExtremaKernel(CudaModule module) {
    super(module, "sift_extrema", THREADS_X, THREADS_Y);
  }

  public void launch(
      DeviceStream stream,
      Grid grid,
      SiftPyramidArgument pyramid,
      int octaveIndex,
      int capacity,
      DevicePointer count,
      DevicePointer extrema) {
    with().and(pyramid).and(octaveIndex).and(capacity).and(count).and(extrema).on(stream, grid);
  }
}
