package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DevicePointer;
import org.splatline.gpu.cuda.device.DeviceStream;

/** Counts Gaussians by a digit of their key, or of their index. See select.cu. */
public final class CountDigitsKernel extends Kernel {
  public static final int THREADS = 256;

  /** Values of a digit. */
  public static final int BINS = 2048;

  private CountDigitsKernel(CudaModule module, String name) {
    super(module, name, THREADS);
  }

  static CountDigitsKernel ofKeys(CudaModule module) {
    return new CountDigitsKernel(module, "count_keys");
  }

  static CountDigitsKernel ofIndices(CudaModule module) {
    return new CountDigitsKernel(module, "count_indices");
  }

  public void launch(
      DeviceStream stream,
      Grid grid,
      int numGaussians,
      DigitArgument digit,
      DevicePointer keys,
      DevicePointer counts) {
    with().and(numGaussians).and(digit).and(keys).and(counts).on(stream, grid);
  }
}
