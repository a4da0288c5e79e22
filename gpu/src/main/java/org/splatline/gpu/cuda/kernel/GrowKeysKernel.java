package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.backend.Precision;
import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DevicePointer;
import org.splatline.gpu.cuda.device.DeviceStream;

/** Finds which Gaussians may grow, and their gradients. See grow.cu. */
public final class GrowKeysKernel extends Kernel {
  public static final int THREADS = 128;

  private GrowKeysKernel(CudaModule module, String name) {
    super(module, name, THREADS);
  }

  static GrowKeysKernel of(CudaModule module, Precision precision) {
    return switch (precision) {
      case FLOAT -> new GrowKeysKernel(module, "grow_keys");
      case MIXED -> new GrowKeysKernel(module, "grow_keys_half");
    };
  }

  public void launch(
      DeviceStream stream,
      Grid grid,
      int numGaussians,
      GrowRulesArgument rules,
      PruneRulesArgument pruning,
      FadingArgument fading,
      GeometryPointers geometry,
      ShPointers sh,
      DevicePointer keys,
      DevicePointer growing) {
    with()
        .and(numGaussians)
        .and(rules)
        .and(pruning)
        .and(fading)
        .and(geometry)
        .and(sh)
        .and(keys)
        .and(growing)
        .on(stream, grid);
  }
}
