package org.splatline.gpu.cuda.kernel;

/**
 * {@code struct MortonGrid} of morton.cu: the cells of a Morton curve.
 *
 * @param low [3] corner of the box
 * @param scale [3] cells per world unit
 */
public record MortonGridArgument(float[] low, float[] scale) implements StructArgument {

  @Override
  public void write(StructWriter writer) {
    writer.and(low).and(scale);
  }
}
