package org.splatline.gpu.cuda;

import org.splatline.gpu.cuda.GaussianArrays.Part;
import org.splatline.gpu.cuda.device.DeviceMemory;
import org.splatline.gpu.cuda.device.DevicePointer;
import org.splatline.gpu.cuda.device.DeviceStream;
import org.splatline.gpu.cuda.device.MemoryAccount;
import org.splatline.gpu.cuda.kernel.Grid;
import org.splatline.gpu.cuda.kernel.Kernels;
import org.splatline.gpu.cuda.kernel.MeanBoundsKernel;
import org.splatline.gpu.cuda.kernel.MortonCodesKernel;
import org.splatline.gpu.cuda.kernel.MortonGridArgument;
import org.splatline.gpu.cuda.kernel.MortonPointers;
import org.splatline.gpu.cuda.kernel.SortPointers;
import org.splatline.gpu.cuda.kernel.StatePointers;
import org.splatline.gpu.gaussian.MortonOrder;

/** Sorts Gaussians into Morton order on the device: {@code bounds → codes → sort → gather}. */
final class MortonSorter {
  private static final int PASSES = 4;
  private static final int BITS = 8; // per pass
  private static final int BINS = 1 << BITS;
  private static final int COUNT_WORDS = 16; // of struct Counts; the last is the number of rows
  private static final int BOUNDS_WORDS = 8; // six are used

  private final MemoryAccount account;
  private final Kernels kernels;
  private final DeviceStream stream;
  private final RowGatherer gatherer;

  MortonSorter(MemoryAccount account, Kernels kernels, DeviceStream stream, RowGatherer gatherer) {
    this.account = account;
    this.kernels = kernels;
    this.stream = stream;
    this.gatherer = gatherer;
  }

  /**
   * Sorts {@code n} rows and returns the arrays that hold them. The caller no longer owns {@code
   * from}.
   */
  GaussianArrays sort(GaussianArrays from, int n, StepResults results) {
    if (n < 2) {
      return from;
    }
    try (Scratch scratch = new Scratch(account, n)) {
      codes(from, n, scratch);
      for (int pass = 0; pass < PASSES; pass++) {
        int in = pass % 2;
        kernels.sortPass.launch(
            stream,
            Grid.blocks(ControlLayout.sortBlocks(n)),
            pass * BITS,
            BITS,
            pass,
            new SortPointers(
                scratch.count(),
                scratch.histogram(pass),
                scratch.keys[in],
                scratch.rows[in],
                scratch.keys[1 - in],
                scratch.rows[1 - in],
                scratch.chain(pass)),
            new StatePointers(scratch.control, results.progress()));
      }
      return gatherer.gather(from, n, scratch.rows[PASSES % 2]);
    }
  }

  private void codes(GaussianArrays from, int n, Scratch scratch) {
    MortonPointers morton =
        new MortonPointers(
            from.get(Part.GEOMETRY),
            scratch.bounds(),
            scratch.keys[0],
            scratch.rows[0],
            scratch.histogram(0));
    stream.clear(scratch.control, scratch.control.bytes());
    kernels.meanBounds.launch(stream, Grid.covering(n, MeanBoundsKernel.THREADS), n, morton);
    stream.synchronize();
    int[] bounds = scratch.control.downloadInts(scratch.boundsOffset(), 6);
    MortonOrder.Axis[] axes = new MortonOrder.Axis[3];
    for (int k = 0; k < 3; k++) {
      axes[k] = MortonOrder.Axis.between(ofOrderedBits(~bounds[3 + k]), ofOrderedBits(bounds[k]));
    }
    scratch.control.upload(scratch.countOffset(), new int[] {n});
    kernels.mortonCodes.launch(
        stream,
        Grid.covering(n, MortonCodesKernel.THREADS),
        n,
        new MortonGridArgument(
            new float[] {axes[0].low(), axes[1].low(), axes[2].low()},
            new float[] {axes[0].scale(), axes[1].scale(), axes[2].scale()}),
        morton);
  }

  /** The inverse of {@code ordered_bits} of morton.cu. */
  private static float ofOrderedBits(int bits) {
    return Float.intBitsToFloat(bits < 0 ? bits & 0x7fffffff : ~bits);
  }

  /**
   * Memory of one sort. {@code control} has counts, the number of rows, the box, histograms and
   * chains.
   */
  private static final class Scratch implements AutoCloseable {
    final DeviceMemory control;
    final DeviceMemory[] keys = new DeviceMemory[2];
    final DeviceMemory[] rows = new DeviceMemory[2];
    private final long chainWords;

    Scratch(MemoryAccount account, int n) {
      chainWords = ControlLayout.sortBlocks(n) * BINS;
      control =
          DeviceMemory.ints(account, COUNT_WORDS + BOUNDS_WORDS + PASSES * (BINS + chainWords));
      try {
        for (int i = 0; i < 2; i++) {
          keys[i] = DeviceMemory.ints(account, n);
          rows[i] = DeviceMemory.ints(account, n);
        }
      } catch (RuntimeException e) {
        close();
        throw e;
      }
    }

    private DevicePointer at(long word) {
      return control.plus(Integer.BYTES * word);
    }

    long countOffset() {
      return (long) Integer.BYTES * (COUNT_WORDS - 1);
    }

    DevicePointer count() {
      return control.plus(countOffset());
    }

    long boundsOffset() {
      return (long) Integer.BYTES * COUNT_WORDS;
    }

    DevicePointer bounds() {
      return control.plus(boundsOffset());
    }

    DevicePointer histogram(int pass) {
      return at(COUNT_WORDS + BOUNDS_WORDS + (long) pass * BINS);
    }

    DevicePointer chain(int pass) {
      return at(COUNT_WORDS + BOUNDS_WORDS + PASSES * (long) BINS + pass * chainWords);
    }

    @Override
    public void close() {
      control.close();
      for (int i = 0; i < 2; i++) {
        if (keys[i] != null) {
          keys[i].close();
        }
        if (rows[i] != null) {
          rows[i].close();
        }
      }
    }
  }
}
