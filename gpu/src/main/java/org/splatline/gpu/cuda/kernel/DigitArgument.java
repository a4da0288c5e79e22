package org.splatline.gpu.cuda.kernel;

/**
 * {@code struct Digit} of select.cu: which keys are counted, and by which digit.
 *
 * @param mask a key counts if its bits under this mask
 * @param prefix are these
 * @param shift to the digit's lowest bit
 * @param key where indices are counted: the key that counts
 */
public record DigitArgument(int mask, int prefix, int shift, float key) implements StructArgument {

  @Override
  public void write(StructWriter writer) {
    writer.and(mask).and(prefix).and(shift).and(key);
  }
}
