package org.splatline.gpu.cuda;

import org.splatline.gpu.backend.Blur;
import org.splatline.gpu.cuda.device.DeviceMemory;
import org.splatline.gpu.cuda.device.DeviceStream;
import org.splatline.gpu.cuda.device.MemoryAccount;
import org.splatline.gpu.cuda.kernel.BlurPlanesKernel;
import org.splatline.gpu.cuda.kernel.CameraArgument;
import org.splatline.gpu.cuda.kernel.FilterPointers;
import org.splatline.gpu.cuda.kernel.Grid;
import org.splatline.gpu.cuda.kernel.Kernels;
import org.splatline.gpu.cuda.kernel.WindowArgument;

/** Blurs the picture of a step into a separate buffer, right before it is compared. */
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

  /** Makes room for pictures of this many bytes. The device must be idle. */
  void reserve(long bytes) {
    if (blurred == null || blurred.bytes() < bytes) {
      close();
      blurred = new DeviceMemory(account, bytes);
    }
  }

  /** Returns the picture itself, or a blurred copy that is valid until the next call. */
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
        image.shape(),
        blur.radius(),
        WindowArgument.of(blur),
        new FilterPointers(image.planes(), blurred));
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
