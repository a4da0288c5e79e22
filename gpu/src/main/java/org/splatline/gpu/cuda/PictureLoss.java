package org.splatline.gpu.cuda;

import org.splatline.gpu.backend.RenderSettings;

/** Launches the loss of a rendered picture against a photograph, and its gradient. */
final class PictureLoss {
  private static final int STRIP = 108; // STRIP_WIDTH of loss.cu
  private static final int BLOCKS = 528; // four a multiprocessor on an H100: one wave
  private static final int LEAST_SEGMENT_ROWS = 8;

  private final Kernels kernels;
  private final DeviceStream stream;

  PictureLoss(Kernels kernels, DeviceStream stream) {
    this.kernels = kernels;
    this.stream = stream;
  }

  /** From the buffers' image to their image gradient, and sums into {@code slot}. */
  void compare(
      ViewBuffers buffers,
      TargetImages.Image target,
      RenderSettings settings,
      float ssimWeight,
      Progress progress,
      int slot) {
    CameraArgument camera = target.camera();
    int strips = (camera.width() + STRIP - 1) / STRIP;
    int segments = Math.max(1, BLOCKS / (3 * strips));
    int rows = Math.max(LEAST_SEGMENT_ROWS, (camera.height() + segments - 1) / segments);
    Grid grid = new Grid(strips, (camera.height() + rows - 1) / rows, 3);
    if (target.masks() > 0) {
      kernels.lossMasked.launch(
          stream,
          grid,
          camera.width(),
          camera.height(),
          target.channels(),
          camera.pitch(),
          camera.plane(),
          rows,
          ssimWeight,
          settings.red(),
          settings.green(),
          settings.blue(),
          buffers.image.address(),
          target.planes().address(),
          progress.address(),
          buffers.imageGradient.address(),
          progress.sums(slot));
    } else if (target.channels() == 3) {
      kernels.lossOpaque.launch(
          stream,
          grid,
          camera.width(),
          camera.height(),
          camera.pitch(),
          camera.plane(),
          rows,
          ssimWeight,
          buffers.image.address(),
          target.planes().address(),
          progress.address(),
          buffers.imageGradient.address(),
          progress.sums(slot));
    } else {
      kernels.lossTransparent.launch(
          stream,
          grid,
          camera.width(),
          camera.height(),
          camera.pitch(),
          camera.plane(),
          rows,
          ssimWeight,
          settings.red(),
          settings.green(),
          settings.blue(),
          buffers.image.address(),
          target.planes().address(),
          progress.address(),
          buffers.imageGradient.address(),
          progress.sums(slot));
    }
  }
}
