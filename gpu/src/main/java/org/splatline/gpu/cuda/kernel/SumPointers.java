package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.DevicePointer;

/**
 * {@code struct SumPointers} of pointers.cuh: gradients of N Gaussians, added up over several
 * views.
 *
 * @param geometry [N, 12]; the 12th float is unused
 * @param sh [N, 16, 3]
 * @param seen [N] the last step that added to a row
 */
public record SumPointers(DevicePointer geometry, DevicePointer sh, DevicePointer seen)
    implements StructArgument {

  @Override
  public void write(StructWriter writer) {
    writer.and(geometry).and(sh).and(seen);
  }
}
