package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.DevicePointer;

/**
 * {@code struct SiftPyramid} of sift.cuh: the scale space of a picture.
 *
 * @param planes octave after octave, [6, H, W]
 * @param width of the first octave, px
 * @param height of the same
 */
public record SiftPyramidArgument(DevicePointer planes, int width, int height)
    implements StructArgument {

  @Override
  public void write(StructWriter writer) {
    writer.and(planes).and(width).and(height);
  }
}
