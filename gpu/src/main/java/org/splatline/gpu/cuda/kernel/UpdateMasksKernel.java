package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.backend.Precision;
import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DevicePointer;
import org.splatline.gpu.cuda.device.DeviceStream;

/**
 * Takes a step of Adam on mask logits and removes what is masked, one Gaussian per thread. See
 * mask.cu.
 */
public final class UpdateMasksKernel extends Kernel {
  public static final int THREADS = 256;

  private UpdateMasksKernel(CudaModule module, String name) {
    super(module, name, THREADS);
  }

  static UpdateMasksKernel of(CudaModule module, Precision precision) {
    return switch (precision) {
      case FLOAT -> new UpdateMasksKernel(module, "update_masks");
      case MIXED -> new UpdateMasksKernel(module, "update_masks_half");
    };
  }

  public void launch(
      DeviceStream stream,
      Grid grid,
      int numGaussians,
      int shDegree,
      MaskRulesArgument rules,
      AdamArgument adam,
      DevicePointer progress,
      MaskPointers masks,
      GeometryPointers geometry,
      ShPointers sh) {
    with()
        .and(numGaussians)
        .and(shDegree)
        .and(rules)
        .and(adam)
        .and(progress)
        .and(masks)
        .and(geometry)
        .and(sh)
        .on(stream, grid);
  }
}
