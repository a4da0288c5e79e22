package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.DevicePointer;

/**
 * {@code struct ExposurePointers} of pointers.cuh: colour transforms of V views, Adam's state for
 * them, and what a step sums.
 *
 * @param transforms [V, 3, 4]
 * @param first [V, 3, 4]
 * @param second [V, 3, 4]
 * @param counts [V]
 * @param sums [blocks, 3, 4]
 */
public record ExposurePointers(
    DevicePointer transforms,
    DevicePointer first,
    DevicePointer second,
    DevicePointer counts,
    DevicePointer sums)
    implements StructArgument {

  @Override
  public void write(StructWriter writer) {
    writer.and(transforms).and(first).and(second).and(counts).and(sums);
  }
}
