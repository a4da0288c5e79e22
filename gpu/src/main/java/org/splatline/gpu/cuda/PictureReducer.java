package org.splatline.gpu.cuda;

import org.splatline.gpu.cuda.device.DeviceMemory;
import org.splatline.gpu.cuda.device.DeviceStream;
import org.splatline.gpu.cuda.kernel.CameraArgument;
import org.splatline.gpu.cuda.kernel.FilterPointers;
import org.splatline.gpu.cuda.kernel.Grid;
import org.splatline.gpu.cuda.kernel.Kernels;
import org.splatline.gpu.cuda.kernel.PictureShapeArgument;
import org.splatline.gpu.cuda.kernel.ReducePictureKernel;
import org.splatline.gpu.picture.KeptPicture;

/** Reduces photographs on the device to training size. */
final class PictureReducer {
  private final Kernels kernels;

  PictureReducer(Kernels kernels) {
    this.kernels = kernels;
  }

  /**
   * Reduces {@code whole}, the pixels and mask of {@code picture}, into {@code planes}. Does not
   * wait.
   */
  void reduce(
      DeviceStream stream,
      KeptPicture picture,
      CameraArgument camera,
      DeviceMemory whole,
      DeviceMemory planes) {
    kernels.reducePicture.launch(
        stream,
        Grid.covering(
            camera.width(),
            ReducePictureKernel.THREADS_X,
            camera.height(),
            ReducePictureKernel.THREADS_Y),
        new PictureShapeArgument(
            picture.width(),
            picture.height(),
            picture.channels(),
            picture.planes() - picture.channels()),
        camera.width(),
        camera.height(),
        new FilterPointers(whole, planes));
  }
}
