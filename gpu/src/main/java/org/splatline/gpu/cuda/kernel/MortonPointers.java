package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.DevicePointer;

/**
 * {@code struct MortonPointers} of pointers.cuh: what Morton order is computed from and into.
 *
 * @param geometry [N, 12]
 * @param bounds zero; [2, 3]
 * @param codes [N]
 * @param rows [N]
 * @param histograms zero; one per digit
 */
public record MortonPointers(
    DevicePointer geometry,
    DevicePointer bounds,
    DevicePointer codes,
    DevicePointer rows,
    DevicePointer histograms)
    implements StructArgument {

  @Override
  public void write(StructWriter writer) {
    writer.and(geometry).and(bounds).and(codes).and(rows).and(histograms);
  }
}
