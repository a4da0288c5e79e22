package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.backend.Precision;
import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DevicePointer;
import org.splatline.gpu.cuda.device.DeviceStream;

/** Decides which Gaussians stay, grow or go. See densify.cu. */
public final class DensifyDecideKernel extends Kernel {
  public static final int THREADS = 128;

  private DensifyDecideKernel(CudaModule module, String name) {
    super(module, name, THREADS);
  }

  static DensifyDecideKernel of(CudaModule module, Precision precision) {
    return switch (precision) {
      case FLOAT -> new DensifyDecideKernel(module, "densify_decide");
      case MIXED -> new DensifyDecideKernel(module, "densify_decide_half");
    };
  }

  public void launch(
      DeviceStream stream,
      Grid grid,
      int numGaussians,
      DensifyRulesArgument rules,
      GeometryPointers geometry,
      ShPointers sh,
      FatePointers fates,
      DevicePointer chains,
      DevicePointer densified) {
    with()
        .and(numGaussians)
        .and(rules)
        .and(geometry)
        .and(sh)
        .and(fates)
        .and(chains)
        .and(densified)
        .on(stream, grid);
  }
}
