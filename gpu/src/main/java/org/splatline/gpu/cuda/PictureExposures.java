package org.splatline.gpu.cuda;

import java.util.ArrayList;
import java.util.List;
import org.splatline.gpu.backend.AdamSettings;
import org.splatline.gpu.backend.Exposures;
import org.splatline.gpu.cuda.device.DeviceMemory;
import org.splatline.gpu.cuda.device.DevicePointer;
import org.splatline.gpu.cuda.device.DeviceStream;
import org.splatline.gpu.cuda.device.MemoryAccount;
import org.splatline.gpu.cuda.kernel.CameraArgument;
import org.splatline.gpu.cuda.kernel.ExposurePointers;
import org.splatline.gpu.cuda.kernel.Grid;
import org.splatline.gpu.cuda.kernel.Kernels;
import org.splatline.gpu.cuda.kernel.PicturePointers;

/**
 * Exposure per view ({@link Exposures}). It holds the transforms, and a picture as a photograph
 * would show it. Without exposures it holds nothing.
 */
final class PictureExposures implements AutoCloseable {
  private static final int BLOCKS = 264; // EXPOSURE_BLOCKS of exposure.cu
  private static final int THREADS = 256;

  private final MemoryAccount account;
  private final Kernels kernels;
  private final DeviceStream stream;
  private final List<DeviceMemory> state = new ArrayList<>();
  private int views;
  private ExposurePointers pointers;
  private DeviceMemory exposed;

  PictureExposures(MemoryAccount account, Kernels kernels, DeviceStream stream) {
    this.account = account;
    this.kernels = kernels;
    this.stream = stream;
  }

  /**
   * Bytes that exposures of this many views need.
   *
   * @param pixels of the largest view, in whole tiles
   */
  static long bytes(int views, int pixels) {
    return Float.BYTES
        * ((3L * Exposures.WIDTH + 1) * views + (long) Exposures.WIDTH * BLOCKS + 3L * pixels);
  }

  /** Replaces the exposures. The device must be idle. */
  void use(Exposures exposures) {
    close();
    views = exposures.size();
    if (exposures.isEmpty()) {
      return;
    }
    pointers =
        new ExposurePointers(
            upload(exposures.transforms()),
            upload(exposures.firstMoments()),
            upload(exposures.secondMoments()),
            upload(exposures.counts()),
            add(DeviceMemory.floats(account, (long) Exposures.WIDTH * BLOCKS)));
  }

  private DeviceMemory upload(float[] values) {
    DeviceMemory memory = add(DeviceMemory.floats(account, values.length));
    memory.upload(values);
    return memory;
  }

  private DeviceMemory add(DeviceMemory memory) {
    state.add(memory);
    return memory;
  }

  /** V. */
  int size() {
    return views;
  }

  /**
   * Makes room for pictures of this many pixels, if there are exposures. The device must be idle.
   */
  void reserve(int pixels) {
    long bytes = 3L * Float.BYTES * pixels;
    if (views > 0 && (exposed == null || exposed.bytes() < bytes)) {
      closePicture();
      exposed = new DeviceMemory(account, bytes);
    }
  }

  /** Copies the exposures to the host. The device must be idle. */
  Exposures download() {
    if (views == 0) {
      return Exposures.NONE;
    }
    int length = Exposures.WIDTH * views;
    return new Exposures(
        state.get(0).downloadFloats(length),
        state.get(1).downloadFloats(length),
        state.get(2).downloadFloats(length),
        state.get(3).downloadFloats(views));
  }

  /**
   * Transforms the image of {@code picture} and returns the transformed one, with the same
   * gradient.
   */
  PicturePointers apply(
      int view, CameraArgument camera, DevicePointer progress, PicturePointers picture) {
    kernels.exposePicture.launch(
        stream,
        Grid.covering((long) camera.pitch() * camera.height(), THREADS),
        camera.frame(),
        view,
        pointers,
        picture,
        progress,
        exposed);
    return new PicturePointers(exposed, picture.imageGradient());
  }

  /**
   * Takes the gradient in {@code picture} from the transformed image back to its own image, and
   * updates the view's transform.
   */
  void learn(
      int view,
      CameraArgument camera,
      float rate,
      AdamSettings adam,
      DevicePointer progress,
      PicturePointers picture) {
    kernels.exposureGradients.launch(
        stream, Grid.blocks(BLOCKS), camera.frame(), view, progress, picture, pointers);
    kernels.updateExposures.launch(
        stream,
        Grid.blocks(1),
        views,
        view,
        rate,
        adam.beta1(),
        adam.beta2(),
        adam.epsilon(),
        progress,
        pointers);
  }

  private void closePicture() {
    if (exposed != null) {
      exposed.close();
      exposed = null;
    }
  }

  @Override
  public void close() {
    closePicture();
    state.forEach(DeviceMemory::close);
    state.clear();
    views = 0;
  }
}
