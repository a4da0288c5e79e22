package org.splatline.gpu.cuda;

import org.splatline.gpu.cuda.device.DeviceMemory;

/**
 * The work of blending a view. It mirrors {@code struct PairCounts} of count.cu.
 *
 * @param tested (patch, splat) pairs
 * @param evaluated (pixel, splat) pairs whose falloff is computed
 * @param contributing (pixel, splat) pairs that change a pixel
 */
record PairCounts(long tested, long evaluated, long contributing) {
  static final int BYTES = 3 * Long.BYTES;

  static PairCounts read(DeviceMemory memory) {
    long[] words = memory.downloadLongs(0, 3);
    return new PairCounts(words[0], words[1], words[2]);
  }
}
