package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DevicePointer;
import org.splatline.gpu.cuda.device.DeviceStream;

/** Adds up how much of each Gaussian a view shows. See significance.cu. */
public final class SignificanceKernel extends Kernel {
  /** The sums count in parts of this size: {@code SHARE_UNIT} of share.cuh. */
  public static final double UNIT = 1 << 24;

  private static final int THREADS = 128;

  SignificanceKernel(CudaModule module) {
    super(module, "significance", THREADS);
  }

  public void launch(
      DeviceStream stream,
      Grid grid,
      FrameArgument frame,
      ListPointers lists,
      SplatPointers splats,
      DevicePointer progress,
      DevicePointer shown) {
    with().and(frame).and(lists).and(splats).and(progress).and(shown).on(stream, grid);
  }
}
