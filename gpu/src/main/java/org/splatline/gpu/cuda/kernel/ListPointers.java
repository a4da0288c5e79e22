package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.DevicePointer;

/**
 * {@code struct ListPointers} of pointers.cuh: each tile's splats, near to far.
 *
 * @param ranges [tiles, 2]
 * @param splatIndices [M] sorted
 * @param splats [V, 12]
 */
public record ListPointers(DevicePointer ranges, DevicePointer splatIndices, DevicePointer splats)
    implements StructArgument {

  @Override
  public void write(StructWriter writer) {
    writer.and(ranges).and(splatIndices).and(splats);
  }
}
