package org.splatline.gpu.cuda.kernel;

/**
 * A C struct that a kernel takes by value. Its record has the struct's members as components, under
 * the same names and in the same order.
 */
interface StructArgument {

  /** Writes the members in the order of the struct. */
  void write(StructWriter writer);
}
