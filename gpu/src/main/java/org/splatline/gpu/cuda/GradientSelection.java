package org.splatline.gpu.cuda;

import org.splatline.gpu.cuda.device.DeviceMemory;
import org.splatline.gpu.cuda.device.DeviceStream;
import org.splatline.gpu.cuda.device.MemoryAccount;
import org.splatline.gpu.cuda.kernel.CountDigitsKernel;
import org.splatline.gpu.cuda.kernel.DigitArgument;
import org.splatline.gpu.cuda.kernel.GeometryPointers;
import org.splatline.gpu.cuda.kernel.Grid;
import org.splatline.gpu.cuda.kernel.Kernels;

/**
 * Finds where a ranking of Gaussians ends: by mean gradient, the largest first, then by index. The
 * ranking itself is never made, and no array leaves the device: each digit takes one pass over the
 * gradients and the download of 8 KiB of counts (select.cu).
 */
final class GradientSelection {
  private static final int[] SHIFTS = {21, 10, 0}; // of digits of 11 bits; the last two share one

  private final MemoryAccount account;
  private final Kernels kernels;
  private final DeviceStream stream;

  GradientSelection(MemoryAccount account, Kernels kernels, DeviceStream stream) {
    this.account = account;
    this.kernels = kernels;
    this.stream = stream;
  }

  /** The last Gaussian of those that are taken. */
  record Last(float gradient, int index) {}

  /**
   * The last of the first {@code count} Gaussians of the ranking.
   *
   * @param growGradient those with a smaller mean gradient are not in the ranking
   * @param count at least 1 and less than the length of the ranking
   */
  Last last(GeometryPointers geometry, int n, float growGradient, int count) {
    try (DeviceMemory counts = DeviceMemory.ints(account, CountDigitsKernel.BINS)) {
      Search gradients = new Search(kernels.countGradients, geometry, n, growGradient, counts);
      gradients.downwards(count);
      float gradient = Float.intBitsToFloat(gradients.key);
      Search indices = new Search(kernels.countIndices, geometry, n, gradient, counts);
      indices.upwards(gradients.left);
      return new Last(gradient, indices.key);
    }
  }

  /** Finds a key digit by digit, the highest first. */
  private final class Search {
    private final CountDigitsKernel kernel;
    private final GeometryPointers geometry;
    private final int n;
    private final float gradient;
    private final DeviceMemory counts;
    private int key; // the digits found so far
    private int left; // how many are still to be taken among those with these digits

    Search(
        CountDigitsKernel kernel,
        GeometryPointers geometry,
        int n,
        float gradient,
        DeviceMemory counts) {
      this.kernel = kernel;
      this.geometry = geometry;
      this.n = n;
      this.gradient = gradient;
      this.counts = counts;
    }

    /** The {@code count}th largest key. */
    void downwards(int count) {
      left = count;
      int mask = 0;
      for (int shift : SHIFTS) {
        int[] found = count(mask, shift);
        int digit = CountDigitsKernel.BINS - 1;
        while (found[digit] < left) {
          left -= found[digit--];
        }
        key |= digit << shift;
        mask = -1 << shift;
      }
    }

    /** The {@code count}th smallest key. */
    void upwards(int count) {
      left = count;
      int mask = 0;
      for (int shift : SHIFTS) {
        int[] found = count(mask, shift);
        int digit = 0;
        while (found[digit] < left) {
          left -= found[digit++];
        }
        key |= digit << shift;
        mask = -1 << shift;
      }
    }

    private int[] count(int mask, int shift) {
      stream.clear(counts, counts.bytes());
      kernel.launch(
          stream,
          Grid.covering(n, CountDigitsKernel.THREADS),
          n,
          new DigitArgument(mask, key, shift, gradient),
          geometry,
          counts);
      stream.synchronize();
      return counts.downloadInts(0, CountDigitsKernel.BINS);
    }
  }
}
