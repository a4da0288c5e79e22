package org.splatline.gpu.cuda;

import org.splatline.gpu.cuda.GaussianArrays.Part;
import org.splatline.gpu.cuda.device.CudaContext;
import org.splatline.gpu.gaussian.ParameterFamily;
import org.splatline.gpu.gaussian.TrainingState;

/** The state of a model on the device, copied to the host in parts. The device must be idle. */
final class DeviceState implements TrainingState {
  private final CudaContext context;
  private final GaussianArrays arrays;
  private final int size;
  private final int shDegree;

  DeviceState(CudaContext context, GaussianArrays arrays, int size, int shDegree) {
    this.context = context;
    this.arrays = arrays;
    this.size = size;
    this.shDegree = shDegree;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public int shDegree() {
    return shDegree;
  }

  @Override
  public boolean hasMasks() {
    return arrays.masked();
  }

  @Override
  public void read(Moment moment, ParameterFamily family, int row, int rows, float[] into) {
    switch (family) {
      case SH_COEFFICIENTS ->
          columns(part(moment, Part.SH, Part.SH_FIRST, Part.SH_SECOND), row, rows, 0, family, into);
      case MASK_LOGITS ->
          columns(
              part(moment, Part.MASKS, Part.MASKS_FIRST, Part.MASKS_SECOND),
              row,
              rows,
              0,
              family,
              into);
      case MEANS, QUATS, LOG_SCALES, LOGIT_OPACITIES ->
          columns(geometry(moment), row, rows, GaussianArrays.geometryColumn(family), family, into);
    }
  }

  private static Part geometry(Moment moment) {
    return part(moment, Part.GEOMETRY, Part.GEOMETRY_FIRST, Part.GEOMETRY_SECOND);
  }

  private static Part part(Moment moment, Part value, Part first, Part second) {
    return switch (moment) {
      case VALUE -> value;
      case FIRST -> first;
      case SECOND -> second;
    };
  }

  private void columns(
      Part part, int row, int rows, int column, ParameterFamily family, float[] into) {
    copyColumns(part, row, rows, column, width(family), into);
  }

  @Override
  public void read(Statistic statistic, int row, int rows, float[] into) {
    Part part =
        switch (statistic) {
          case GRADIENT_SUMS -> Part.GEOMETRY_FIRST;
          case GRADIENT_COUNTS -> Part.GEOMETRY_SECOND;
        };
    copyColumns(part, row, rows, GaussianArrays.GEOMETRY_WIDTH - 1, 1, into);
  }

  private void copyColumns(Part part, int row, int rows, int column, int width, float[] into) {
    context.use();
    for (int done = 0; done < rows; done += PART) {
      int count = Math.min(PART, rows - done);
      float[] packed = arrays.download(part, row + done, count);
      int pitch = count == 0 ? 0 : packed.length / count;
      for (int n = 0; n < count; n++) {
        System.arraycopy(packed, n * pitch + column, into, (done + n) * width, width);
      }
    }
  }
}
