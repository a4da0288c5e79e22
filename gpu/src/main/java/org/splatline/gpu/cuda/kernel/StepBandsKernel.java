package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.backend.Precision;
import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DevicePointer;
import org.splatline.gpu.cuda.device.DeviceStream;

/**
 * Takes a step of Adam with the sums of gradients of bands 1 to 3 of the spherical harmonics. One
 * thread per four coefficients. See update.cu.
 */
public final class StepBandsKernel extends Kernel {
  public static final int THREADS = 256;
  public static final int THREADS_PER_GAUSSIAN = 12;

  private StepBandsKernel(CudaModule module, String name) {
    super(module, name, THREADS);
  }

  static StepBandsKernel of(CudaModule module, Precision precision) {
    return switch (precision) {
      case FLOAT -> new StepBandsKernel(module, "step_bands");
      case MIXED -> new StepBandsKernel(module, "step_bands_half");
    };
  }

  public void launch(
      DeviceStream stream,
      Grid grid,
      int numGaussians,
      int since,
      AdamArgument adam,
      DevicePointer progress,
      ShPointers sh,
      SumPointers sums) {
    with().and(numGaussians).and(since).and(adam).and(progress).and(sh).and(sums).on(stream, grid);
  }
}
