package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DeviceStream;

/** Sorts pairs by one digit. See sort.cu. */
public final class SortPassKernel extends Kernel {
  private static final int THREADS = 256;

  SortPassKernel(CudaModule module) {
    super(module, "sort_pass", THREADS);
  }

  public void launch(
      DeviceStream stream,
      Grid grid,
      int shift,
      int bits,
      int ticket,
      SortPointers pass,
      StatePointers state) {
    with().and(shift).and(bits).and(ticket).and(pass).and(state).on(stream, grid);
  }
}
