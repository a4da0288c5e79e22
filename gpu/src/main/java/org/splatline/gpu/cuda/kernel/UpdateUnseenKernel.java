package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.backend.Precision;
import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DeviceStream;

/** Takes a step of Adam without a gradient, for Gaussians out of view. See update.cu. */
public final class UpdateUnseenKernel extends Kernel {
  public static final int THREADS = 256;

  private UpdateUnseenKernel(CudaModule module, String name) {
    super(module, name, THREADS);
  }

  static UpdateUnseenKernel of(CudaModule module, Precision precision) {
    return switch (precision) {
      case FLOAT -> new UpdateUnseenKernel(module, "update_unseen");
      case MIXED -> new UpdateUnseenKernel(module, "update_unseen_half");
    };
  }

  public void launch(
      DeviceStream stream,
      Grid grid,
      int numGaussians,
      AdamArgument adam,
      SplatPointers splats,
      StatePointers state,
      GeometryPointers geometry,
      ShPointers sh) {
    with()
        .and(numGaussians)
        .and(adam)
        .and(splats)
        .and(state)
        .and(geometry)
        .and(sh)
        .on(stream, grid);
  }
}
