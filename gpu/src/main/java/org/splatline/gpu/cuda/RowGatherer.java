package org.splatline.gpu.cuda;

import org.splatline.gpu.cuda.device.DeviceMemory;
import org.splatline.gpu.cuda.device.DevicePointer;
import org.splatline.gpu.cuda.device.DeviceStream;
import org.splatline.gpu.cuda.kernel.GatherRowsKernel;
import org.splatline.gpu.cuda.kernel.Grid;
import org.splatline.gpu.cuda.kernel.Kernels;
import org.splatline.gpu.cuda.kernel.RowPointers;

/** Moves chosen rows of all arrays, in a given order. */
final class RowGatherer {
  private static final int FLOAT4_BYTES = 16;

  private final Kernels kernels;
  private final DeviceStream stream;
  private final SpareArrays spare;

  RowGatherer(Kernels kernels, DeviceStream stream, SpareArrays spare) {
    this.kernels = kernels;
    this.stream = stream;
    this.spare = spare;
  }

  /**
   * Moves rows and returns the arrays that hold them. The caller no longer owns {@code from}.
   *
   * @param rows [n] the old row of each new row
   */
  GaussianArrays gather(GaussianArrays from, int n, DevicePointer rows) {
    return spare.move(
        from,
        n,
        from.capacity(),
        (part, old, fresh) -> gather(from.rowBytes(part) / FLOAT4_BYTES, n, rows, old, fresh));
  }

  private void gather(int width, int n, DevicePointer rows, DeviceMemory from, DeviceMemory to) {
    kernels.gatherRows.launch(
        stream,
        Grid.covering((long) n * width, GatherRowsKernel.THREADS),
        n,
        width,
        rows,
        new RowPointers(from, to));
  }
}
