package org.splatline.gpu.cuda.kernel;

import org.splatline.gpu.cuda.device.DevicePointer;

/**
 * {@code struct PicturePointers} of pointers.cuh: a rendered picture and its gradient.
 *
 * @param image [3, H, pitch]
 * @param imageGradient [3, H, pitch]
 */
public record PicturePointers(DevicePointer image, DevicePointer imageGradient)
    implements StructArgument {

  @Override
  public void write(StructWriter writer) {
    writer.and(image).and(imageGradient);
  }
}
