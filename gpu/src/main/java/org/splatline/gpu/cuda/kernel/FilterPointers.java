package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.DevicePointer;

/**
 * {@code struct FilterPointers} of pointers.cuh: a picture before and after a filter.
 *
 * @param from the picture before
 * @param to the picture after
 */
public record FilterPointers(DevicePointer from, DevicePointer to) implements StructArgument {

  @Override
  public void write(StructWriter writer) {
    writer.and(from).and(to);
  }
}
