package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.DevicePointer;

/**
 * {@code struct GradientPointers} of pointers.cuh: gradients of the parameters.
 *
 * @param geometry [N, 12]
 * @param shCoefficients [N, 16, 3]
 * @param means2d [N, 2]
 */
public record GradientPointers(
    DevicePointer geometry, DevicePointer shCoefficients, DevicePointer means2d)
    implements StructArgument {

  @Override
  public void write(StructWriter writer) {
    writer.and(geometry).and(shCoefficients).and(means2d);
  }
}
