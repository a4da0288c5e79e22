package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.backend.Precision;
import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DeviceStream;

/** Writes gradients of mask logits, one visible Gaussian per thread. See mask.cu. */
public final class MaskGradientsKernel extends Kernel {
  public static final int THREADS = 128;

  private MaskGradientsKernel(CudaModule module, String name) {
    super(module, name, THREADS);
  }

  static MaskGradientsKernel of(CudaModule module, Precision precision) {
    return switch (precision) {
      case FLOAT -> new MaskGradientsKernel(module, "mask_gradients");
      case MIXED -> new MaskGradientsKernel(module, "mask_gradients_half");
    };
  }

  public void launch(
      DeviceStream stream,
      Grid grid,
      int shDegree,
      CameraArgument camera,
      SplatPointers splats,
      GeometryPointers geometry,
      ShPointers sh,
      StatePointers state,
      MaskPointers masks) {
    with()
        .and(shDegree)
        .and(camera)
        .and(splats)
        .and(geometry)
        .and(sh)
        .and(state)
        .and(masks)
        .on(stream, grid);
  }
}
