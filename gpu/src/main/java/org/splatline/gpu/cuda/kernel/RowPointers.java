package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.DevicePointer;

/**
 * {@code struct RowPointers} of pointers.cuh: an array whose rows move.
 *
 * @param from the old rows
 * @param to the new rows
 */
public record RowPointers(DevicePointer from, DevicePointer to) implements StructArgument {

  @Override
  public void write(StructWriter writer) {
    writer.and(from).and(to);
  }
}
