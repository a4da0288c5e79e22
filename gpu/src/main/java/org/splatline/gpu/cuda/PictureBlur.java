package org.splatline.gpu.cuda;

import org.splatline.gpu.backend.Blur;

/** Blurs the picture of a step into room of its own, right before it is compared. */
final class PictureBlur implements AutoCloseable {
  private final MemoryAccount account;
  private final Kernels kernels;
  private final DeviceStream stream;
  private DeviceMemory blurred;

  PictureBlur(MemoryAccount account, Kernels kernels, DeviceStream stream) {
    this.account = account;
    this.kernels = kernels;
    this.stream = stream;
  }

  /** Makes room for pictures of so many bytes; the device must be idle. */
  void reserve(long bytes) {
    if (blurred == null || blurred.bytes() < bytes) {
      close();
      blurred = new DeviceMemory(account, bytes);
    }
  }

  /** The picture itself, or a blurred one that is there until the next call. */
  TargetImages.Image apply(TargetImages.Image image, Blur blur) {
    if (blur.isNone()) {
      return image;
    }
    CameraArgument camera = image.camera();
    kernels.blurPlanes.launch(
        stream,
        Grid.covering(
            camera.width(),
            BlurPlanesKernel.THREADS_X,
            camera.height(),
            BlurPlanesKernel.THREADS_Y),
        camera.width(),
        camera.height(),
        image.channels(),
        image.masks(),
        blur.radius(),
        new WindowArgument(blur),
        image.planes().address(),
        blurred.address());
    return new TargetImages.Image(camera, image.channels(), image.masks(), blurred);
  }

  @Override
  public void close() {
    if (blurred != null) {
      blurred.close();
      blurred = null;
    }
  }
}
