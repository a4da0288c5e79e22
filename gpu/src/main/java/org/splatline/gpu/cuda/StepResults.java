package org.splatline.gpu.cuda;

import org.splatline.gpu.cuda.device.DeviceMemory;
import org.splatline.gpu.cuda.device.DevicePointer;
import org.splatline.gpu.cuda.device.DeviceStream;
import org.splatline.gpu.cuda.device.MemoryAccount;

/**
 * What the device leaves behind for the host: {@code struct Progress} of splat.cuh, and the sums of
 * the steps whose results the host has not read yet.
 */
final class StepResults implements AutoCloseable {
  /** Steps the device may be ahead of the host. */
  static final int MAX_STEPS = 64;

  private static final int WORDS = 4;

  /** Sums a step. */
  static final int SUMS = 4;

  private final DeviceMemory words;
  private final DeviceMemory sums;

  /**
   * What the device has got to.
   *
   * @param overflow a view needed more intersections than there was room for
   * @param needed the most any view needed
   * @param stepsDone since the last {@link #restart}
   * @param nonFinite Gaussians skipped for NaN or infinity, summed over views
   */
  record Reading(boolean overflow, int needed, int stepsDone, long nonFinite) {}

  StepResults(MemoryAccount account, DeviceStream stream) {
    words = DeviceMemory.ints(account, WORDS);
    try {
      sums = new DeviceMemory(account, (long) MAX_STEPS * SUMS * Double.BYTES);
    } catch (RuntimeException e) {
      words.close();
      throw e;
    }
    restart(stream);
  }

  /** {@code struct Progress}. */
  DevicePointer progress() {
    return words;
  }

  /** Sums of the {@code slot}-th step: |x - y|, SSIM, (x - y)², values ignored. */
  DevicePointer sums(int slot) {
    return sums.plus((long) slot * SUMS * Double.BYTES);
  }

  Reading read(DeviceStream stream) {
    stream.synchronize();
    int[] read = words.downloadInts(0, WORDS);
    return new Reading(read[0] != 0, read[1], read[2], Integer.toUnsignedLong(read[3]));
  }

  /** The sums of the first {@code steps} slots; the stream must be idle. */
  double[] readSums(int steps) {
    return sums.downloadDoubles(steps * SUMS);
  }

  /** Forgets all. */
  void restart(DeviceStream stream) {
    stream.clear(words, WORDS * Integer.BYTES);
    stream.clear(sums, sums.bytes());
  }

  @Override
  public void close() {
    words.close();
    sums.close();
  }
}
