package org.splatline.gpu.cuda;

import org.splatline.gpu.cuda.device.DeviceMemory;
import org.splatline.gpu.cuda.kernel.CameraArgument;
import org.splatline.gpu.cuda.kernel.PictureShapeArgument;
import org.splatline.gpu.picture.KeptPicture;

/**
 * The photographs in training size, with one plane of bytes per channel and one for the mask if
 * there is one. A photograph is on the device when a step needs it.
 */
interface TargetImages extends AutoCloseable {

  /**
   * One photograph.
   *
   * @param channels 3, or 4 with alpha last
   * @param masks number of planes of the mask after the channels, 0 or 1
   */
  record Image(CameraArgument camera, int channels, int masks, DeviceMemory planes) {
    Image(CameraArgument camera, KeptPicture picture, DeviceMemory planes) {
      this(camera, picture.channels(), picture.planes() - picture.channels(), planes);
    }

    PictureShapeArgument shape() {
      return new PictureShapeArgument(camera.width(), camera.height(), channels, masks);
    }
  }

  CameraArgument camera(int index);

  /**
   * Returns a photograph for the work that is launched on the trainer's stream until {@link
   * #release}.
   */
  Image acquire(int index);

  /** Ends the use of the photograph that was acquired last. */
  void release();

  @Override
  void close();
}
