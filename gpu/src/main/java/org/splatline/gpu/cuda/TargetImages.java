package org.splatline.gpu.cuda;

import org.splatline.gpu.cuda.device.DeviceMemory;
import org.splatline.gpu.cuda.kernel.CameraArgument;
import org.splatline.gpu.cuda.kernel.PictureShapeArgument;
import org.splatline.gpu.picture.Picture;

/**
 * The photographs at training size, a plane of bytes a channel and one for the mask where there is
 * one, on the device when needed.
 */
interface TargetImages extends AutoCloseable {

  /**
   * One photograph.
   *
   * @param channels 4: with alpha last
   * @param masks planes of its mask behind them, 0 or 1
   */
  record Image(CameraArgument camera, int channels, int masks, DeviceMemory planes) {
    Image(CameraArgument camera, Picture picture, DeviceMemory planes) {
      this(camera, picture.channels(), picture.planes() - picture.channels(), planes);
    }

    PictureShapeArgument shape() {
      return new PictureShapeArgument(camera.width(), camera.height(), channels, masks);
    }
  }

  CameraArgument camera(int index);

  /** A photograph for the work launched on the trainer's stream from here to {@link #release}. */
  Image acquire(int index);

  /** Ends the use of the photograph acquired last. */
  void release();

  @Override
  void close();
}
