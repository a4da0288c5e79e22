package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DevicePointer;
import org.splatline.gpu.cuda.device.DeviceStream;

/** Finds the orientations of keypoints. See describe.cu. */
public final class SiftOrientKernel extends Kernel {
  private static final int THREADS = 256;
  public static final int WARPS = THREADS / 32; // each has a keypoint of its own

  public SiftOrientKernel(CudaModule module) {
    super(module, "sift_orient", THREADS);
  }

  public void launch(
      DeviceStream stream,
      Grid grid,
      int numKeypoints,
      SiftPyramidArgument pyramid,
      DevicePointer keypoints,
      DevicePointer orientations) {
    with().and(numKeypoints).and(pyramid).and(keypoints).and(orientations).on(stream, grid);
  }
}
