package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DeviceStream;

/** Blurs a training picture. See image.cu. */
public final class BlurPlanesKernel extends Kernel {
  public static final int THREADS_X = 32;
  public static final int THREADS_Y = 8;

  BlurPlanesKernel(CudaModule module) {
    super(module, "blur_planes", THREADS_X, THREADS_Y);
  }

  public void launch(
      DeviceStream stream,
      Grid grid,
      PictureShapeArgument shape,
      int radius,
      WindowArgument window,
      FilterPointers filter) {
    with().and(shape).and(radius).and(window).and(filter).on(stream, grid);
  }
}
