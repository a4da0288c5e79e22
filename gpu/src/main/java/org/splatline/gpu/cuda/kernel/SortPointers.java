package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.DevicePointer;

/**
 * {@code struct SortPointers} of pointers.cuh: one pass of a sort of (key, value) pairs by one
 * digit.
 *
 * @param count how many pairs
 * @param histogram of the digit
 * @param chain zero; one word per block and bin
 */
public record SortPointers(
    DevicePointer count,
    DevicePointer histogram,
    DevicePointer keysIn,
    DevicePointer valuesIn,
    DevicePointer keysOut,
    DevicePointer valuesOut,
    DevicePointer chain)
    implements StructArgument {

  @Override
  public void write(StructWriter writer) {
    writer
        .and(count)
        .and(histogram)
        .and(keysIn)
        .and(valuesIn)
        .and(keysOut)
        .and(valuesOut)
        .and(chain);
  }
}
