package org.splatline.gpu.cuda;

/** Puts an array's rows in another order. See morton.cu. */
final class GatherRowsKernel extends Kernel {
  static final int THREADS = 256;

  GatherRowsKernel(CudaModule module) {
    super(module, "gather_rows", THREADS);
  }

  void launch(
      DeviceStream stream, Grid grid, int numRows, int width, long rows, long from, long to) {
    with().and(numRows).and(width).and(rows).and(from).and(to).on(stream, grid);
  }
}
