package org.splatline.gpu.cuda;

import org.splatline.gpu.backend.RenderSettings;
import org.splatline.gpu.cuda.device.DevicePointer;
import org.splatline.gpu.cuda.device.DeviceStream;
import org.splatline.gpu.cuda.kernel.BackgroundArgument;
import org.splatline.gpu.cuda.kernel.CameraArgument;
import org.splatline.gpu.cuda.kernel.ErrorOpaqueKernel;
import org.splatline.gpu.cuda.kernel.ErrorTransparentKernel;
import org.splatline.gpu.cuda.kernel.Grid;
import org.splatline.gpu.cuda.kernel.Kernels;
import org.splatline.gpu.cuda.kernel.LossOpaqueKernel;
import org.splatline.gpu.cuda.kernel.LossTransparentKernel;
import org.splatline.gpu.cuda.kernel.PicturePointers;
import org.splatline.gpu.cuda.kernel.TargetPointers;

/**
 * Launches the kernels that compare a rendered picture with a photograph: for its gradient, or for
 * the error of each pixel.
 */
final class PictureLoss {
  private static final int STRIP = 108; // STRIP_WIDTH of loss.cu
  private static final int BLOCKS = 528; // four per multiprocessor of an H100: one wave
  private static final int MIN_SEGMENT_ROWS = 8;

  private final Kernels kernels;
  private final DeviceStream stream;

  PictureLoss(Kernels kernels, DeviceStream stream) {
    this.kernels = kernels;
    this.stream = stream;
  }

  /**
   * Compares the image of {@code picture} with {@code target}. Writes the gradient to {@code
   * picture} and the sums to {@code slot} of {@code results}.
   */
  void compare(
      PicturePointers picture,
      TargetImages.Image target,
      RenderSettings settings,
      float ssimWeight,
      StepResults results,
      int slot) {
    CameraArgument camera = target.camera();
    int strips = (camera.width() + STRIP - 1) / STRIP;
    int segments = Math.max(1, BLOCKS / (3 * strips));
    int rows = Math.max(MIN_SEGMENT_ROWS, (camera.height() + segments - 1) / segments);
    Grid grid = new Grid(strips, (camera.height() + rows - 1) / rows, 3);
    boolean masked = target.masks() > 0;
    TargetPointers pointers = new TargetPointers(target.planes(), results.sums(slot));
    if (target.channels() == 3) {
      LossOpaqueKernel kernel = masked ? kernels.lossOpaqueMasked : kernels.lossOpaque;
      kernel.launch(
          stream, grid, camera.frame(), rows, ssimWeight, pointers, results.progress(), picture);
    } else {
      LossTransparentKernel kernel =
          masked ? kernels.lossTransparentMasked : kernels.lossTransparent;
      kernel.launch(
          stream,
          grid,
          camera.frame(),
          rows,
          ssimWeight,
          BackgroundArgument.of(settings),
          pointers,
          results.progress(),
          picture);
    }
  }

  /**
   * Writes the errors of the image in {@code buffers} to the first plane of the gradient: see
   * {@link org.splatline.gpu.backend.ErrorViews}.
   */
  void writeErrors(
      ViewBuffers buffers,
      TargetImages.Image target,
      RenderSettings settings,
      float gate,
      DevicePointer progress) {
    CameraArgument camera = target.camera();
    Grid grid =
        Grid.covering(
            camera.width(),
            ErrorOpaqueKernel.THREADS_X,
            camera.height(),
            ErrorOpaqueKernel.THREADS_Y);
    boolean masked = target.masks() > 0;
    if (target.channels() == 3) {
      ErrorOpaqueKernel kernel = masked ? kernels.errorOpaqueMasked : kernels.errorOpaque;
      kernel.launch(
          stream, grid, camera.frame(), gate, target.planes(), progress, buffers.picture());
    } else {
      ErrorTransparentKernel kernel =
          masked ? kernels.errorTransparentMasked : kernels.errorTransparent;
      kernel.launch(
          stream,
          grid,
          camera.frame(),
          gate,
          BackgroundArgument.of(settings),
          target.planes(),
          progress,
          buffers.picture());
    }
  }
}
