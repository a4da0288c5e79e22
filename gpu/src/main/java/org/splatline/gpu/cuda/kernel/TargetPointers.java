package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.DevicePointer;

/**
 * {@code struct TargetPointers} of pointers.cuh: a photograph to compare with, and where the
 * comparison's sums go.
 *
 * @param bytes [channels + masks, H, W]
 * @param sums four doubles
 */
public record TargetPointers(DevicePointer bytes, DevicePointer sums) implements StructArgument {

  @Override
  public void write(StructWriter writer) {
    writer.and(bytes).and(sums);
  }
}
