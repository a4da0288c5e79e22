package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DeviceStream;

/** Reduces a photograph to training size. See image.cu. */
public final class ReducePictureKernel extends Kernel {
  public static final int THREADS_X = 32;
  public static final int THREADS_Y = 8;

  ReducePictureKernel(CudaModule module) {
    super(module, "reduce_picture", THREADS_X, THREADS_Y);
  }

  public void launch(
      DeviceStream stream,
      Grid grid,
      PictureShapeArgument shape,
      int newWidth,
      int newHeight,
      FilterPointers filter) {
    with().and(shape).and(newWidth).and(newHeight).and(filter).on(stream, grid);
  }
}
