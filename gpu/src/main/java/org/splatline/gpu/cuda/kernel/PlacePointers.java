package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.DevicePointer;

/**
 * {@code struct PlacePointers} of pointers.cuh: where each splat's (tile, splat) pairs go.
 *
 * @param order [V] splats near to far
 * @param places [V]
 * @param chain zero; one word per block
 */
public record PlacePointers(DevicePointer order, DevicePointer places, DevicePointer chain)
    implements StructArgument {

  @Override
  public void write(StructWriter writer) {
    writer.and(order).and(places).and(chain);
  }
}
