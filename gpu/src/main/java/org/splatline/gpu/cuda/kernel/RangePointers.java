package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.DevicePointer;

/**
 * {@code struct RangePointers} of pointers.cuh: sorted tiles, and where each tile's pairs are.
 *
 * @param tiles [M] sorted
 * @param ranges [tiles, 2]
 */
public record RangePointers(DevicePointer tiles, DevicePointer ranges) implements StructArgument {

  @Override
  public void write(StructWriter writer) {
    writer.and(tiles).and(ranges);
  }
}
