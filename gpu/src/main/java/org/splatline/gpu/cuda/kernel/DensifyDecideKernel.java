package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DevicePointer;
import org.splatline.gpu.cuda.device.DeviceStream;

/** Decides which Gaussians stay, grow or go. See densify.cu. */
public final class DensifyDecideKernel extends Kernel {
  public static final int THREADS = 128;

  DensifyDecideKernel(CudaModule module) {
    super(module, "densify_decide", THREADS);
  }

  public void launch(
      DeviceStream stream,
      Grid grid,
      int numGaussians,
      DensifyRulesArgument rules,
      PruneRulesArgument pruning,
      FadingArgument fading,
      DevicePointer keys,
      GeometryPointers geometry,
      FatePointers decided,
      DevicePointer chains,
      DevicePointer densified) {
    with()
        .and(numGaussians)
        .and(rules)
        .and(pruning)
        .and(fading)
        .and(keys)
        .and(geometry)
        .and(decided)
        .and(chains)
        .and(densified)
        .on(stream, grid);
  }
}
