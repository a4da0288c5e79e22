package org.splatline.gpu.cuda;

import org.splatline.gpu.cuda.device.DeviceMemory;
import org.splatline.gpu.cuda.device.DevicePointer;
import org.splatline.gpu.cuda.device.DeviceStream;
import org.splatline.gpu.cuda.device.MemoryAccount;

/**
 * What the device reports to the host: {@code struct Progress} of splat.cuh, and the sums of the
 * steps whose results the host has not read yet.
 */
final class StepResults implements AutoCloseable {
  /** Number of steps that the host may be ahead of the device. */
  static final int MAX_STEPS = 64;

  private static final int WORDS = 4;

  /** Number of sums per step. */
  static final int SUMS = 4;

  private final DeviceMemory words;
  private final DeviceMemory sums;

  /**
   * The progress of the device.
   *
   * @param overflow whether a view needed more intersections than there was room for
   * @param needed the most any view needed
   * @param stepsDone number of steps done since the last {@link #restart}
   * @param nonFinite number of Gaussians skipped for NaN or infinity, summed over views
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

  /** The address of {@code struct Progress}. */
  DevicePointer progress() {
    return words;
  }

  /** The address of a slot's sums: of |x - y|, of SSIM, of (x - y)², and of ignored values. */
  DevicePointer sums(int slot) {
    return sums.plus((long) slot * SUMS * Double.BYTES);
  }

  Reading read(DeviceStream stream) {
    stream.synchronize();
    int[] read = words.downloadInts(0, WORDS);
    return new Reading(read[0] != 0, read[1], read[2], Integer.toUnsignedLong(read[3]));
  }

  /** Reads the sums of the first {@code steps} slots. The stream must be idle. */
  double[] readSums(int steps) {
    return sums.downloadDoubles(steps * SUMS);
  }

  /** Sets progress and sums to zero. */
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
