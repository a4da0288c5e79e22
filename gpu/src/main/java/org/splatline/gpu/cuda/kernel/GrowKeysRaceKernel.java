package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DevicePointer;
import org.splatline.gpu.cuda.device.DeviceStream;

/** Replaces keys by random ones that depend on scores. See grow.cu. */
public final class GrowKeysRaceKernel extends Kernel {
  public static final int THREADS = 128;

  GrowKeysRaceKernel(CudaModule module) {
    super(module, "grow_keys_race", THREADS);
  }

  public void launch(
      DeviceStream stream,
      Grid grid,
      int numGaussians,
      long seed,
      int step,
      DevicePointer scores,
      DevicePointer keys,
      DevicePointer growing) {
    with()
        .and(numGaussians)
        .and(seed)
        .and(step)
        .and(scores)
        .and(keys)
        .and(growing)
        .on(stream, grid);
  }
}
