package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DevicePointer;
import org.splatline.gpu.cuda.device.DeviceStream;

/** Makes keypoints of extrema. See sift.cu. */
public final class SiftRefineKernel extends Kernel {
  public static final int THREADS = 128;

  public SiftRefineKernel(CudaModule module) {
    super(module, "sift_refine", THREADS);
  }

  public void launch(
      DeviceStream stream,
      Grid grid,
      int numExtrema,
      SiftPyramidArgument pyramid,
      DevicePointer extrema,
      DevicePointer keypoints) {
    with().and(numExtrema).and(pyramid).and(extrema).and(keypoints).on(stream, grid);
  }
}
