package org.splatline.gpu.cuda;

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
   * Returns the arrays the rows are in; {@code from} is not the caller's any more.
   *
   * @param rows address of [n] old rows
   */
  GaussianArrays gather(GaussianArrays from, int n, long rows) {
    return spare.move(
        from,
        n,
        from.capacity(),
        (part, old, fresh) -> gather(from.rowBytes(part) / FLOAT4_BYTES, n, rows, old, fresh));
  }

  private void gather(int width, int n, long rows, DeviceMemory from, DeviceMemory to) {
    kernels.gatherRows.launch(
        stream,
        Grid.covering((long) n * width, GatherRowsKernel.THREADS),
        n,
        width,
        rows,
        from.address(),
        to.address());
  }
}
