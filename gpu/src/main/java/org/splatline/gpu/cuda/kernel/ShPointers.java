package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.DevicePointer;

/**
 * {@code struct ShPointers} of pointers.cuh: the spherical harmonics of N Gaussians and their
 * moments, in 32 or in 16 bits, as the kernel takes them.
 *
 * @param values [N, 16, 3]
 * @param first [N, 16, 3]
 * @param second [N, 16, 3]
 */
public record ShPointers(DevicePointer values, DevicePointer first, DevicePointer second)
    implements StructArgument {

  @Override
  public void write(StructWriter writer) {
    writer.and(values).and(first).and(second);
  }
}
