package org.splatline.gpu.cuda;

/** Sorts pairs by one digit. See sort.cu. */
final class SortPassKernel extends Kernel {
  static final int THREADS = 256;

  SortPassKernel(CudaModule module) {
    super(module, "sort_pass", THREADS);
  }

  void launch(
      DeviceStream stream,
      Grid grid,
      int shift,
      int bits,
      int ticket,
      long count,
      long histogram,
      long keysIn,
      long valuesIn,
      long keysOut,
      long valuesOut,
      long chain,
      long counts,
      long progress) {
    with()
        .and(shift)
        .and(bits)
        .and(ticket)
        .and(count)
        .and(histogram)
        .and(keysIn)
        .and(valuesIn)
        .and(keysOut)
        .and(valuesOut)
        .and(chain)
        .and(counts)
        .and(progress)
        .on(stream, grid);
  }
}
