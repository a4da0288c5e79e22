package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.backend.Precision;
import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DeviceStream;

/**
 * Carries gradients back to the parameters and takes a step of Adam, one visible Gaussian per
 * thread. See update.cu.
 */
public final class UpdateVisibleKernel extends Kernel {
  public static final int THREADS = 128;

  private UpdateVisibleKernel(CudaModule module, String name) {
    super(module, name, THREADS);
  }

  static UpdateVisibleKernel of(CudaModule module, Precision precision) {
    return switch (precision) {
      case FLOAT -> new UpdateVisibleKernel(module, "update_visible");
      case MIXED -> new UpdateVisibleKernel(module, "update_visible_half");
    };
  }

  /** Also sums up the statistics that densification decides by. */
  static UpdateVisibleKernel gathering(CudaModule module, Precision precision) {
    return switch (precision) {
      case FLOAT -> new UpdateVisibleKernel(module, "update_visible_gathering");
      case MIXED -> new UpdateVisibleKernel(module, "update_visible_gathering_half");
    };
  }

  public void launch(
      DeviceStream stream,
      Grid grid,
      int shDegree,
      CameraArgument camera,
      AdamArgument adam,
      SplatPointers splats,
      GeometryPointers geometry,
      ShPointers sh,
      StatePointers state) {
    with()
        .and(shDegree)
        .and(camera)
        .and(adam)
        .and(splats)
        .and(geometry)
        .and(sh)
        .and(state)
        .on(stream, grid);
  }
}
