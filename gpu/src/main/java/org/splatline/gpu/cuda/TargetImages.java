package org.splatline.gpu.cuda;

import java.util.ArrayList;
import java.util.List;
import org.splatline.gpu.backend.Target;
import org.splatline.gpu.scene.Picture;

/** The photographs at training size on the device, a plane of bytes a channel. */
final class TargetImages implements AutoCloseable {

  /** One photograph; 4 channels: with alpha last. */
  record Image(CameraArgument camera, int channels, DeviceMemory planes) {}

  private final List<Image> images = new ArrayList<>();

  TargetImages(MemoryAccount account, Kernels kernels, DeviceStream stream, List<Target> targets) {
    try {
      for (Target target : targets) {
        images.add(load(account, kernels, stream, target));
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private static Image load(
      MemoryAccount account, Kernels kernels, DeviceStream stream, Target target) {
    CameraArgument camera = new CameraArgument(target.camera());
    Picture picture = target.picture();
    long bytes = (long) camera.width() * camera.height() * picture.channels();
    try (DeviceMemory whole = new DeviceMemory(account, picture.pixels().length)) {
      DeviceMemory planes = new DeviceMemory(account, bytes);
      try {
        whole.upload(picture.pixels());
        kernels.reducePicture.launch(
            stream,
            new Grid(
                blocks(camera.width(), ReducePictureKernel.THREADS_X),
                blocks(camera.height(), ReducePictureKernel.THREADS_Y),
                1),
            picture.width(),
            picture.height(),
            picture.channels(),
            camera.width(),
            camera.height(),
            whole.address(),
            planes.address());
        stream.synchronize();
      } catch (RuntimeException e) {
        planes.close();
        throw e;
      }
      return new Image(camera, picture.channels(), planes);
    }
  }

  private static int blocks(int count, int size) {
    return (count + size - 1) / size;
  }

  Image get(int index) {
    return images.get(index);
  }

  @Override
  public void close() {
    images.forEach(image -> image.planes().close());
  }
}
