package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.DevicePointer;

/**
 * {@code struct FatePointers} of pointers.cuh: what densification decided for each Gaussian.
 *
 * @param fates [N]
 * @param clonePlaces [N]
 */
public record FatePointers(DevicePointer fates, DevicePointer clonePlaces)
    implements StructArgument {

  @Override
  public void write(StructWriter writer) {
    writer.and(fates).and(clonePlaces);
  }
}
