package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DevicePointer;
import org.splatline.gpu.cuda.device.DeviceStream;

/** Counts the work of blending. See count.cu. */
public final class CountPairsKernel extends Kernel {
  private CountPairsKernel(CudaModule module, String name, int threads) {
    super(module, name, threads);
  }

  /** Patches of 8x4 px. */
  static CountPairsKernel ofFourRows(CudaModule module) {
    return new CountPairsKernel(module, "count_pairs_4", 256);
  }

  /** Patches of 8x8 px. */
  static CountPairsKernel ofEightRows(CudaModule module) {
    return new CountPairsKernel(module, "count_pairs_8", 128);
  }

  public void launch(
      DeviceStream stream,
      Grid grid,
      FrameArgument frame,
      ListPointers lists,
      DevicePointer counts) {
    with().and(frame).and(lists).and(counts).on(stream, grid);
  }
}
