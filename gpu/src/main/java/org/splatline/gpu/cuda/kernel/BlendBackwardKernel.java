package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DevicePointer;
import org.splatline.gpu.cuda.device.DeviceStream;

/** Computes the gradients of blending, one tile or one checkpoint per block. See blend.cu. */
public final class BlendBackwardKernel extends Kernel {
  private BlendBackwardKernel(CudaModule module, String name, int threads) {
    super(module, name, threads);
  }

  /** For pictures of many tiles. */
  static BlendBackwardKernel fine(CudaModule module) {
    return new BlendBackwardKernel(module, "blend_backward", 128);
  }

  /** For small pictures: smaller patches and more threads. */
  static BlendBackwardKernel coarse(CudaModule module) {
    return new BlendBackwardKernel(module, "blend_backward_coarse", 256);
  }

  public void launch(
      DeviceStream stream,
      Grid grid,
      FrameArgument frame,
      ListPointers lists,
      PicturePointers picture,
      CheckpointPointers checkpoints,
      DevicePointer progress,
      DevicePointer splatGradients) {
    with()
        .and(frame)
        .and(lists)
        .and(picture)
        .and(checkpoints)
        .and(progress)
        .and(splatGradients)
        .on(stream, grid);
  }
}
