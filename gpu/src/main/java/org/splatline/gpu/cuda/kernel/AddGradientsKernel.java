package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.backend.Precision;
import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DeviceStream;

/**
 * Carries gradients back to the parameters and adds them to sums over several views, one visible
 * Gaussian per thread. See update.cu.
 */
public final class AddGradientsKernel extends Kernel {
  private AddGradientsKernel(CudaModule module, String name) {
    super(module, name, UpdateVisibleKernel.THREADS);
  }

  /** Only gradients of bands 1 to 3 are added. Adam steps with the others at once. */
  static AddGradientsKernel ofBands(CudaModule module, Precision precision) {
    return switch (precision) {
      case FLOAT -> new AddGradientsKernel(module, "add_bands");
      case MIXED -> new AddGradientsKernel(module, "add_bands_half");
    };
  }

  /** As {@link #ofBands}; also sums up the statistics that densification decides by. */
  static AddGradientsKernel ofBandsGathering(CudaModule module, Precision precision) {
    return switch (precision) {
      case FLOAT -> new AddGradientsKernel(module, "add_bands_gathering");
      case MIXED -> new AddGradientsKernel(module, "add_bands_gathering_half");
    };
  }

  /** All gradients are added. */
  static AddGradientsKernel ofAll(CudaModule module, Precision precision) {
    return switch (precision) {
      case FLOAT -> new AddGradientsKernel(module, "add_gradients");
      case MIXED -> new AddGradientsKernel(module, "add_gradients_half");
    };
  }

  /** As {@link #ofAll}; also sums up the statistics that densification decides by. */
  static AddGradientsKernel ofAllGathering(CudaModule module, Precision precision) {
    return switch (precision) {
      case FLOAT -> new AddGradientsKernel(module, "add_gradients_gathering");
      case MIXED -> new AddGradientsKernel(module, "add_gradients_gathering_half");
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
      SumPointers sums,
      StatePointers state) {
    with()
        .and(shDegree)
        .and(camera)
        .and(adam)
        .and(splats)
        .and(geometry)
        .and(sh)
        .and(sums)
        .and(state)
        .on(stream, grid);
  }
}
