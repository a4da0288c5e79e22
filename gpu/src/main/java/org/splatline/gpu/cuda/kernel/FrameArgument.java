package org.splatline.gpu.cuda.kernel;

/**
 * {@code struct Frame} of splat.cuh: the size of a rendered picture.
 *
 * @param width px
 * @param height px
 * @param pitch floats from row to row
 * @param plane floats from channel to channel
 */
public record FrameArgument(int width, int height, int tilesX, int tilesY, int pitch, int plane)
    implements StructArgument {

  @Override
  public void write(StructWriter writer) {
    writer.and(width).and(height).and(tilesX).and(tilesY).and(pitch).and(plane);
  }
}
