package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.DevicePointer;

/**
 * {@code struct PairPointers} of pointers.cuh: the M (tile, splat) pairs of a view.
 *
 * @param tiles [M]
 * @param splatIndices [M]
 * @param histograms of both digits of the tiles
 */
public record PairPointers(
    DevicePointer tiles, DevicePointer splatIndices, DevicePointer histograms)
    implements StructArgument {

  @Override
  public void write(StructWriter writer) {
    writer.and(tiles).and(splatIndices).and(histograms);
  }
}
