package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.DevicePointer;

/**
 * {@code struct GeometryPointers} of pointers.cuh: the geometry of N Gaussians and its moments.
 *
 * @param values [N, 12]
 * @param first [N, 12]; the 12th float is the sum of gradient norms
 * @param second [N, 12]; the 12th float counts the steps that saw the Gaussian
 */
public record GeometryPointers(DevicePointer values, DevicePointer first, DevicePointer second)
    implements StructArgument {

  @Override
  public void write(StructWriter writer) {
    writer.and(values).and(first).and(second);
  }
}
