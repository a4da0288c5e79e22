package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.DevicePointer;

/**
 * {@code struct DepthPointers} of pointers.cuh: what the depth sort starts from.
 *
 * @param keys [V]
 * @param order [V]
 * @param histograms one per digit
 */
public record DepthPointers(DevicePointer keys, DevicePointer order, DevicePointer histograms)
    implements StructArgument {

  @Override
  public void write(StructWriter writer) {
    writer.and(keys).and(order).and(histograms);
  }
}
