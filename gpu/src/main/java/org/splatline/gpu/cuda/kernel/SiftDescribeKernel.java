package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DevicePointer;
import org.splatline.gpu.cuda.device.DeviceStream;

/** Makes the descriptors of keypoints. See describe.cu. */
public final class SiftDescribeKernel extends Kernel {
  private static final int THREADS = 256;
  public static final int WARPS = THREADS / 32; // each has a descriptor of its own

  public SiftDescribeKernel(CudaModule module) {
    super(module, "sift_describe", THREADS);
  }

  public void launch(
      DeviceStream stream,
      Grid grid,
      int numKeypoints,
      SiftPyramidArgument pyramid,
      DevicePointer keypoints,
      DevicePointer orientations,
      DevicePointer descriptors) {
    with()
        .and(numKeypoints)
        .and(pyramid)
        .and(keypoints)
        .and(orientations)
        .and(descriptors)
        .on(stream, grid);
  }
}
