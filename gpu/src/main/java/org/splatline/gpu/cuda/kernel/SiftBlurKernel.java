package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DevicePointer;
import org.splatline.gpu.cuda.device.DeviceStream;

/** Blurs a level of a scale space. See sift.cu. */
public final class SiftBlurKernel extends Kernel {
  private static final int THREADS = 256;
  public static final int TILE_X = 64; // px of a block
  public static final int TILE_Y = 32;

  public SiftBlurKernel(CudaModule module) {
    super(module, "sift_blur", THREADS);
  }

  public void launch(
      DeviceStream stream,
      Grid grid,
      int width,
      int height,
      int radius,
      SiftWindowArgument window,
      DevicePointer from,
      DevicePointer to) {
    with().and(width).and(height).and(radius).and(window).and(from).and(to).on(stream, grid);
  }
}
