package org.splatline.gpu.synthetic;

/** A colour for every point of space. A solid that uses it needs no texture map. */
@FunctionalInterface
interface Texture {
  /** The linear RGB albedo at {@code point}, which is relative to its solid. */
  Vec color(Vec point);
}
