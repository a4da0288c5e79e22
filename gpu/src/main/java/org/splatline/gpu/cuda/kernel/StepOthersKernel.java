package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.backend.Precision;
import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DevicePointer;
import org.splatline.gpu.cuda.device.DeviceStream;

/**
 * Takes a step of Adam with the sums of gradients of all parameters but bands 1 to 3 of the
 * spherical harmonics. One thread per float4 of a row. See update.cu.
 */
public final class StepOthersKernel extends Kernel {
  public static final int THREADS = 256;
  public static final int THREADS_PER_GAUSSIAN = 4;

  private StepOthersKernel(CudaModule module, String name) {
    super(module, name, THREADS);
  }

  static StepOthersKernel of(CudaModule module, Precision precision) {
    return switch (precision) {
      case FLOAT -> new StepOthersKernel(module, "step_others");
      case MIXED -> new StepOthersKernel(module, "step_others_half");
    };
  }

  public void launch(
      DeviceStream stream,
      Grid grid,
      int numGaussians,
      int since,
      AdamArgument adam,
      DevicePointer progress,
      GeometryPointers geometry,
      ShPointers sh,
      SumPointers sums) {
    with()
        .and(numGaussians)
        .and(since)
        .and(adam)
        .and(progress)
        .and(geometry)
        .and(sh)
        .and(sums)
        .on(stream, grid);
  }
}
