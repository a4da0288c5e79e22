package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.DevicePointer;

/**
 * {@code struct CheckpointPointers} of pointers.cuh: where blending backward can start in the
 * middle of a list.
 *
 * @param owners zero before blending
 * @param pixels color and transmittance
 */
public record CheckpointPointers(DevicePointer owners, DevicePointer pixels)
    implements StructArgument {

  @Override
  public void write(StructWriter writer) {
    writer.and(owners).and(pixels);
  }
}
