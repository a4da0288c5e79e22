package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DevicePointer;
import org.splatline.gpu.cuda.device.DeviceStream;

/** Blends the picture, one tile per block. See blend.cu. */
public final class BlendForwardKernel extends Kernel {
  private BlendForwardKernel(CudaModule module, String name, int threads) {
    super(module, name, threads);
  }

  /** For pictures of many tiles. */
  static BlendForwardKernel fine(CudaModule module) {
    return new BlendForwardKernel(module, "blend_forward", 128);
  }

  /** For small pictures: smaller patches and more threads. */
  static BlendForwardKernel coarse(CudaModule module) {
    return new BlendForwardKernel(module, "blend_forward_coarse", 256);
  }

  public void launch(
      DeviceStream stream,
      Grid grid,
      FrameArgument frame,
      BackgroundArgument background,
      ListPointers lists,
      DevicePointer progress,
      PicturePointers picture,
      CheckpointPointers checkpoints) {
    with()
        .and(frame)
        .and(background)
        .and(lists)
        .and(progress)
        .and(picture)
        .and(checkpoints)
        .on(stream, grid);
  }
}
