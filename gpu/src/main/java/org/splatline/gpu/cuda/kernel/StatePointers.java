package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.DevicePointer;

/**
 * {@code struct StatePointers} of pointers.cuh: what a view and a training count.
 *
 * @param counts of this view
 * @param progress of all steps
 */
public record StatePointers(DevicePointer counts, DevicePointer progress)
    implements StructArgument {

  @Override
  public void write(StructWriter writer) {
    writer.and(counts).and(progress);
  }
}
