package org.splatline.gpu.cuda;

import org.splatline.gpu.cuda.device.DeviceMemory;
import org.splatline.gpu.cuda.device.DevicePointer;
import org.splatline.gpu.cuda.device.DeviceStream;
import org.splatline.gpu.cuda.device.MemoryAccount;
import org.splatline.gpu.cuda.kernel.CountDigitsKernel;
import org.splatline.gpu.cuda.kernel.DigitArgument;
import org.splatline.gpu.cuda.kernel.Grid;
import org.splatline.gpu.cuda.kernel.Kernels;

/**
 * Finds where a ranking of Gaussians ends: by key, the largest first, then by index. The ranking
 * itself is never made, and no array leaves the device: each digit takes one pass over the keys and
 * the download of 8 KiB of counts (select.cu).
 */
final class KeySelection {
  private static final int[] SHIFTS = {21, 10, 0}; // of digits of 11 bits; the last two share one

  private final MemoryAccount account;
  private final Kernels kernels;
  private final DeviceStream stream;

  KeySelection(MemoryAccount account, Kernels kernels, DeviceStream stream) {
    this.account = account;
    this.kernels = kernels;
    this.stream = stream;
  }

  /** The last Gaussian of those that are taken. */
  record Last(float key, int index) {}

  /**
   * The last of the first {@code count} Gaussians of the ranking.
   *
   * @param keys [n]; those with a negative key are not in the ranking
   * @param count at least 1 and less than the length of the ranking
   */
  Last last(DevicePointer keys, int n, int count) {
    try (DeviceMemory counts = DeviceMemory.ints(account, CountDigitsKernel.BINS)) {
      Search search = new Search(kernels.countKeys, keys, n, 0, counts);
      search.downwards(count);
      float last = Float.intBitsToFloat(search.found);
      Search indices = new Search(kernels.countIndices, keys, n, last, counts);
      indices.upwards(search.left);
      return new Last(last, indices.found);
    }
  }

  /** Finds a key or an index digit by digit, the highest first. */
  private final class Search {
    private final CountDigitsKernel kernel;
    private final DevicePointer keys;
    private final int n;
    private final float key;
    private final DeviceMemory counts;
    private int found; // the digits found so far
    private int left; // how many are still to be taken among those with these digits

    Search(CountDigitsKernel kernel, DevicePointer keys, int n, float key, DeviceMemory counts) {
      this.kernel = kernel;
      this.keys = keys;
      this.n = n;
      this.key = key;
      this.counts = counts;
    }

    /** The {@code count}th largest key. */
    void downwards(int count) {
      left = count;
      int mask = 0;
      for (int shift : SHIFTS) {
        int[] counted = count(mask, shift);
        int digit = CountDigitsKernel.BINS - 1;
        while (counted[digit] < left) {
          left -= counted[digit--];
        }
        found |= digit << shift;
        mask = -1 << shift;
      }
    }

    /** The {@code count}th smallest key. */
    void upwards(int count) {
      left = count;
      int mask = 0;
      for (int shift : SHIFTS) {
        int[] counted = count(mask, shift);
        int digit = 0;
        while (counted[digit] < left) {
          left -= counted[digit++];
        }
        found |= digit << shift;
        mask = -1 << shift;
      }
    }

    private int[] count(int mask, int shift) {
      stream.clear(counts, counts.bytes());
      kernel.launch(
          stream,
          Grid.covering(n, CountDigitsKernel.THREADS),
          n,
          new DigitArgument(mask, found, shift, key),
          keys,
          counts);
      stream.synchronize();
      return counts.downloadInts(0, CountDigitsKernel.BINS);
    }
  }
}
