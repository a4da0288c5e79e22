package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DevicePointer;
import org.splatline.gpu.cuda.device.DeviceStream;

/** Enlarges a picture twofold. See sift.cu. */
public final class SiftDoubleKernel extends Kernel {
  public static final int THREADS_X = 32;
  public static final int THREADS_Y = 8;

  public SiftDoubleKernel(CudaModule module) {
    super(module, "sift_double", THREADS_X, THREADS_Y);
  }

  public void launch(
      DeviceStream stream,
      Grid grid,
      int width,
      int height,
      DevicePointer luma,
      DevicePointer doubled) {
    with().and(width).and(height).and(luma).and(doubled).on(stream, grid);
  }
}
