package org.splatline.gpu.cuda.kernel;

/**
 * {@code struct RowCounts} of densify.cu: rows after densification.
 *
 * @param split each gives two rows
 */
public record RowCountsArgument(int staying, int cloned, int split) implements StructArgument {

  @Override
  public void write(StructWriter writer) {
    writer.and(staying).and(cloned).and(split);
  }
}
