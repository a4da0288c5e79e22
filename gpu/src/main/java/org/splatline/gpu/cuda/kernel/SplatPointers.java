package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.DevicePointer;

/**
 * {@code struct SplatPointers} of pointers.cuh: the V visible Gaussians of a view.
 *
 * @param splats [V, 12]
 * @param splatGradients [V, 12]
 * @param gaussianIndices [V] ascending
 * @param tileCounts [V]
 */
public record SplatPointers(
    DevicePointer splats,
    DevicePointer splatGradients,
    DevicePointer gaussianIndices,
    DevicePointer tileCounts)
    implements StructArgument {

  @Override
  public void write(StructWriter writer) {
    writer.and(splats).and(splatGradients).and(gaussianIndices).and(tileCounts);
  }
}
