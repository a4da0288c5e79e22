package org.splatline.gpu.cuda.kernel;

/**
 * {@code struct PictureShape} of image.cu: the planes of a picture.
 *
 * @param width px
 * @param height px
 * @param channels 3, or 4 with alpha last
 * @param masks 0 or 1
 */
public record PictureShapeArgument(int width, int height, int channels, int masks)
    implements StructArgument {

  @Override
  public void write(StructWriter writer) {
    writer.and(width).and(height).and(channels).and(masks);
  }
}
