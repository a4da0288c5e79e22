package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.DevicePointer;

/**
 * {@code struct MaskPointers} of pointers.cuh: mask logits of N Gaussians, their moments and
 * gradients.
 *
 * @param logits [N, 4]
 * @param first [N, 4]
 * @param second [N, 4]
 * @param gradients [N, 4]
 */
public record MaskPointers(
    DevicePointer logits, DevicePointer first, DevicePointer second, DevicePointer gradients)
    implements StructArgument {

  @Override
  public void write(StructWriter writer) {
    writer.and(logits).and(first).and(second).and(gradients);
  }
}
