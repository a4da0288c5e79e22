package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DevicePointer;
import org.splatline.gpu.cuda.device.DeviceStream;

/** Begins the next octave of a scale space. See sift.cu. */
public final class SiftHalveKernel extends Kernel {
  public static final int THREADS_X = 32;
  public static final int THREADS_Y = 8;

  public SiftHalveKernel(CudaModule module) {
    super(module, "sift_halve", THREADS_X, THREADS_Y);
  }

  public void launch(
      DeviceStream stream,
      Grid grid,
      int width,
      int height,
      int fromWidth,
      DevicePointer from,
      DevicePointer to) {
    with().and(width).and(height).and(fromWidth).and(from).and(to).on(stream, grid);
  }
}
