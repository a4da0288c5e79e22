package org.splatline.gpu.synthetic;

/** A colour for every point of space, so that a solid carved out of it needs no map. */
@FunctionalInterface
interface Texture {
  /** Linear RGB albedo; {@code point} is relative to its solid. */
  Vec color(Vec point);
}
